"""What every driver promises, and the demo made on this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest
from ktx_duckdb.driver import DuckDBDriver

from ktx_runtime.api import Connection, DatabaseMaker, OperationRefused
from ktx_runtime.testing import DriverConformance

PLUGIN = Path(__file__).parents[1]


class TestDriver(DriverConformance):
    @pytest.fixture
    def driver(self) -> DuckDBDriver:
        return DuckDBDriver()

    @pytest.fixture
    def connection(self, tmp_path: Path) -> Connection:
        with duckdb.connect(str(tmp_path / "c.duckdb")) as database:
            database.execute("CREATE TABLE conformance (id INTEGER PRIMARY KEY, name VARCHAR)")
            database.execute("INSERT INTO conformance VALUES (1, 'a'), (2, 'b'), (3, NULL)")
        return Connection("c", "duckdb", tmp_path, {"path": "c.duckdb"})

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Connection:
        return Connection("c", "duckdb", tmp_path, {"path": "absent.duckdb"})


def test_another_thread_can_end_what_runs(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    connection = Connection("c", "duckdb", tmp_path, {"path": "t.csv"})
    with DuckDBDriver().open(connection, connect_timeout_seconds=5) as session:
        ended = threading.Event()

        def cancel() -> None:
            while not ended.wait(0.05):
                session.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        try:
            with pytest.raises(OperationRefused) as caught:
                session.fetch(
                    "SELECT count(*) FROM range(10000000) a, range(10000000) b", max_rows=1, timeout_seconds=600
                )
        finally:
            ended.set()
            thread.join()
        assert caught.value.code == "query-canceled"


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The demo on this driver and on the one that ships, made by the worker as the launcher would have it."""
    home = tmp_path_factory.mktemp("demos")
    installed = home / "installed" / "ktx_duckdb-0.1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ktx-duckdb\nVersion: 0.1.0\n")
    (installed / "entry_points.txt").write_text("[ktx.database_drivers]\nduckdb = ktx_duckdb.driver:DuckDBDriver\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed.parent, PLUGIN)))}
    answers = {}
    for driver in ("sqlite", "duckdb"):
        words = ["setup", "demo", driver, "--driver", driver, "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "ktx_daemon", "run", *words],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        answers[driver] = json.loads(done.stdout)
    return answers


def test_the_driver_makes_databases() -> None:
    assert isinstance(DuckDBDriver(), DatabaseMaker)


def test_the_demo_has_the_same_answers_on_either_database(demos: dict[str, dict]) -> None:
    here, there = demos["duckdb"], demos["sqlite"]
    assert here["written"][0] == "shop.duckdb"
    for key in ("tables", "rows", "firstDay", "lastDay", "sources", "measures"):
        assert here[key] == there[key], key
    for mine, theirs in zip(here["questions"], there["questions"], strict=True):
        assert mine["pitfall"] == theirs["pitfall"]
        assert comparable(mine["rows"]) == comparable(theirs["rows"]), mine["question"]


def comparable(rows: list[list]) -> list[list[str]]:
    """Numbers to the cent, a day that one database gives as a moment, and rows that tie in any order."""
    return sorted([f"{cell:.2f}" if isinstance(cell, int | float) else str(cell)[:10] for cell in row] for row in rows)


def test_a_demo_that_is_there_is_recognised_and_a_changed_one_is_not_overwritten(demos: dict[str, dict]) -> None:
    from ktx_core.demo.other_files import _DemoOnDriver, _texts  # noqa: PLC0415 - what the worker runs, without it

    driver, directory = DuckDBDriver(), Path(demos["duckdb"]["directory"])
    demo = _DemoOnDriver(_texts(driver, ".duckdb", "duckdb"), "duckdb", driver, driver)
    assert all(demo.is_unchanged(name, directory) for name in demo.names)
    with duckdb.connect(str(directory / "shop.duckdb")) as database:
        database.execute("UPDATE countries SET name = 'Elsewhere' WHERE code = 'NO'")
    assert not demo.is_unchanged("shop.duckdb", directory)
