"""`ktx sl query` from the npm package with a daemon that runs, against an empty node script, in turn.

    make tarball && python benchmarks/launcher.py [--rounds 25]

Needs node, and `.tools/bin/uv`. The wall's ratio needs a quiet machine; the processor's (node's own, without the
daemon's) hardly minds a busy one. A query is asked twice before it counts: a daemon is there for those that come again.
"""

import argparse
import resource
import shutil
import sqlite3
import statistics
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from figures import ENVIRONMENT, Figure, in_turn, report, timed

REPOSITORY = Path(__file__).parents[1]
QUERY = ("sl", "query", "--measure", "orders.revenue", "--dimension", "orders.status")
SOURCE = """\
name: orders
table: orders
grain: [id]
columns: [{name: id, type: number}, {name: status, type: string}, {name: amount, type: number}]
measures: [{name: revenue, expr: sum(amount)}]
"""


def main() -> int:
    """Measure and print; the exit code is 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    (tarball,) = (REPOSITORY / "build").glob("kaelio-ktx-*.tgz")
    with tempfile.TemporaryDirectory() as name:
        return report(measure(Path(name), tarball, rounds))


def measure(directory: Path, tarball: Path, rounds: int) -> Iterator[Figure]:
    """The figures, the daemon's life around them."""
    with tarfile.open(tarball) as packed:
        packed.extractall(directory, filter="data")
    project = make_project(directory / "project")
    launcher = [str(shutil.which("node")), str(directory / "package" / "dist" / "bin.js")]
    # A file of certificates would cost node more than all that is measured here.
    variables = {
        **{name: value for name, value in ENVIRONMENT.items() if name != "NODE_EXTRA_CA_CERTS"},
        "KTX_RUNTIME_ROOT": str(directory / "root"),
        "KTX_UV": str(REPOSITORY / ".tools" / "bin" / "uv"),
    }
    empty = directory / "empty.js"
    empty.write_text("")
    start = runner([*launcher, "runtime", "start", "--yes"], project, variables)
    stop = runner([*launcher, "runtime", "stop"], project, variables)
    start()
    try:
        floor = runner([launcher[0], str(empty)], project, variables)
        for name, more in (("compiled", ()), ("run on SQLite", ("--execute",))):
            query = runner([*launcher, *QUERY, *more], project, variables)
            yield from compared(f"sl query, {name}, / an empty node script", query, floor, rounds)
    finally:
        stop()


def compared(name: str, action: Callable[[], None], floor: Callable[[], None], rounds: int) -> Iterator[Figure]:
    """Wall and processor ratios, round by round: the machine's speed drifts between rounds more than within one."""
    action()
    taken, least = in_turn([lambda: timed(action), lambda: timed(floor)], rounds)
    yield Figure(f"{name}, wall", statistics.median(a / b for a, b in zip(taken, least, strict=True)), 1.5)
    taken, least = in_turn([lambda: processor(action), lambda: processor(floor)], rounds)
    yield Figure("  of processor", statistics.median(taken) / statistics.median(least))


def processor(action: Callable[[], None]) -> float:
    """Seconds of processor time that children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def runner(command: list[str], directory: Path, variables: Mapping[str, str]) -> Callable[[], None]:
    def run() -> None:
        subprocess.run(command, cwd=directory, env=variables, stdout=subprocess.DEVNULL, check=True)

    return run


def make_project(directory: Path) -> Path:
    (directory / "semantic-layer" / "shop").mkdir(parents=True)
    (directory / "semantic-layer" / "shop" / "orders.yaml").write_text(SOURCE)
    (directory / "ktx.yaml").write_text("connections: {shop: {driver: sqlite, path: shop.db}}\n")
    connection = sqlite3.connect(directory / "shop.db")
    connection.execute("CREATE TABLE orders (id INTEGER, status TEXT, amount INTEGER)")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(1, "open", 5), (2, "open", 6), (3, "paid", 7)])
    connection.commit()
    connection.close()
    return directory


if __name__ == "__main__":
    raise SystemExit(main())
