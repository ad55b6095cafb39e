"""Cold one-shot `ktx-daemon semantic-query` against `python -I -c "import sqlglot, pydantic"`, interleaved.

    python benchmarks/cold_start.py [PYTHON]

PYTHON is the interpreter of a managed generation (default: this one). Prints processor time, which other programs on
the machine do not change much, and the ratio; the target is 1.5.
"""

import json
import os
import resource
import statistics
import subprocess
import sys

ROUNDS = 15
TARGET = 1.5


def _source(name: str, *, measures: int, to: str | None) -> dict[str, object]:
    columns = [{"name": f"c{index}", "type": "number"} for index in range(10)]
    joins = [{"to": to, "on": f"parent_id = {to}.id", "relationship": "many_to_one"}] if to else []
    return {
        "name": name,
        "table": name,
        "grain": ["id"],
        "columns": [{"name": "id", "type": "number"}, {"name": "parent_id", "type": "number"}, *columns],
        "joins": joins,
        "measures": [{"name": f"m{index}", "expr": f"sum(c{index})"} for index in range(measures)],
    }


def request() -> bytes:
    """Two facts by a shared dimension, over 12 sources."""
    sources = [
        _source("shared", measures=0, to=None),
        *(_source(f"fact_{n}", measures=5, to="shared") for n in range(11)),
    ]
    query = {"measures": ["fact_0.m0", "fact_1.m1"], "dimensions": ["shared.c1"]}
    return json.dumps({"sources": sources, "query": query}).encode()


def processor_ms(arguments: list[str], stdin: bytes) -> float:
    """Milliseconds of processor time that the call took, its start and end included."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, input=stdin, stdout=subprocess.DEVNULL, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Print both medians and their ratio."""
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    floor = [python, "-I", "-c", "import sqlglot, pydantic"]
    cold = [python, "-I", "-m", "ktx_daemon", "semantic-query"]
    body = request()
    times: dict[str, list[float]] = {"floor": [], "cold": []}
    for _ in range(ROUNDS):
        times["floor"].append(processor_ms(floor, b""))
        times["cold"].append(processor_ms(cold, body))
    ratio = statistics.median(times["cold"]) / statistics.median(times["floor"])
    for name, values in times.items():
        print(f"{name:<6} {statistics.median(values):6.1f} ms")
    print(f"ratio  {ratio:6.2f}   (target {TARGET})")


if __name__ == "__main__":
    main()
