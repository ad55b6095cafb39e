"""Cold one-shot `semantic-query` against `python -I -c "import sqlglot, pydantic"`, in turn.

    python benchmarks/cold_start.py [PYTHON] [--rounds 15]

PYTHON is the interpreter of a managed generation, where only what is installed for users can be imported; by default it
is this one, where a development install makes both sides a little slower to start. Exits 1 when a bound is broken.
"""

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Iterator

from compile import model, queries
from figures import Figure, in_turn, report, seconds_of


def processor_time(command: list[str], stdin: bytes = b"") -> float:
    """Seconds of processor time that a program took, its start and end included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds_of(command, stdin)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def figures(python: str, rounds: int) -> Iterator[Figure]:
    """Two facts by two dimensions, over 12 sources and over 90."""
    floor = [python, "-I", "-c", "import sqlglot, pydantic"]
    cold = [python, "-I", "-m", "ktx_daemon", "semantic-query"]
    few, many = request(12), request(90)
    actions = [lambda: processor_time(floor), lambda: processor_time(cold, few), lambda: processor_time(cold, many)]
    floor_time, few_time, many_time = map(statistics.median, in_turn(actions, rounds))
    yield Figure("import sqlglot, pydantic, ms", floor_time * 1e3)
    yield Figure("semantic-query over 12 sources, ms", few_time * 1e3)
    yield Figure("  / the imports", few_time / floor_time, 1.5)
    yield Figure("semantic-query over 90 sources / the imports", many_time / floor_time, 1.5)


def request(size: int) -> bytes:
    query = next(queries())
    if size < len(model(90)):
        query = query | {"measures": ["fact_0.total_0", "fact_1.total_0"]}
    return json.dumps({"sources": model(size), "query": query}).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", nargs="?", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    return report(figures(arguments.python, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
