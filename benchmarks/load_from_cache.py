"""How long a connection of 1,000 source files takes to load: from its compiled cache, and without one.

The floor is what any cache must do: look at every file (`os.scandir` and `stat`) and parse the same JSON. The budget is
300 ms for a load from the cache. Exits 1 when it is broken.

    python benchmarks/load_from_cache.py [--files 1000] [--rounds 9]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figures import Figure, in_turn, report, timed

from semantic_layer.loader import load_connection

BUDGET_MS = 300.0
_SETTLED_AFTER_SECONDS = 3.0
_COLUMNS, _MEASURES, _JOINS = 20, 6, 3


def source_text(number: int, count: int) -> str:
    """One source as people write them: twenty columns, six measures, three joins, about 3 KB."""
    lines = [f"name: source_{number}", f"table: warehouse.source_{number}", "grain: [id]", "columns:"]
    for column in range(_COLUMNS):
        lines += [
            f"  - name: {'id' if column == 0 else f'column_{column}'}",
            f"    type: {('number', 'string', 'time', 'boolean')[column % 4]}",
            f"    description: what column {column} of source {number} holds",
        ]
    lines.append("measures:")
    for measure in range(_MEASURES):
        lines += [f"  - name: measure_{measure}", f"    expr: sum(column_{4 * (measure % 4) + 4})"]
    lines.append("joins:")
    for join in range(_JOINS):
        to = f"source_{(number * 7 + join * 13 + 1) % count}"
        lines += [
            f"  - to: {to}",
            f"    on: column_{4 * join + 4} = {to}.id",
            f"    alias: role_{number}_{join}",
            "    relationship: many_to_one",
        ]
    return "\n".join(lines) + "\n"


def floor(directory: Path, cached: bytes) -> None:
    """What cannot be saved: a look at every file, and the parsing of what is known of them."""
    with os.scandir(directory) as entries:
        for entry in entries:
            entry.stat()
    json.loads(cached)


def figures(files: int, rounds: int) -> Iterator[Figure]:
    """Medians in ms, the ways taken in turn."""
    with tempfile.TemporaryDirectory() as temporary:
        directory, cache_directory = Path(temporary, "model"), Path(temporary, "cache")
        directory.mkdir()
        for number in range(files):
            (directory / f"source_{number}.yaml").write_text(source_text(number, files))
        time.sleep(_SETTLED_AFTER_SECONDS)

        def load() -> None:
            loaded = load_connection(directory, cache_directory=cache_directory)
            assert len(loaded.sources) == files
            assert not loaded.problems

        def load_after_a_change() -> float:
            changed = directory / "source_0.yaml"
            changed.write_text(changed.read_text() + "# changed\n")
            taken = timed(load)
            load()
            return taken

        without_cache = timed(load)
        (cache_file,) = cache_directory.iterdir()
        cached = cache_file.read_bytes().partition(b"\n")[2]
        ways = [lambda: timed(lambda: floor(directory, cached)), lambda: timed(load), load_after_a_change]
        floor_time, from_cache, changed = map(statistics.median, in_turn(ways, rounds))
        yield Figure("a look at every file and the same JSON, ms", floor_time * 1e3)
        yield Figure(f"{files} files from the cache, ms", from_cache * 1e3, BUDGET_MS)
        yield Figure("one of them changed, ms", changed * 1e3)
        yield Figure("without a cache, ms", without_cache * 1e3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    return report(figures(arguments.files, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
