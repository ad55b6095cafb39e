"""What ktx ships for the suites of plugins, used as a stranger would; and that it notices what is wrong."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest
from ktx_duckdb.driver import DuckDBDriver

from ktx_core.drivers.sqlite import SQLiteDriver
from ktx_runtime.api import Connection, DatabaseDriver
from ktx_runtime.testing import (
    DriverConformance,
    HttpCaller,
    Ktx,
    LocalIndex,
    OneShotCaller,
    OperationConformance,
    PluginConformance,
    ktx,
    ktx_caller,
    ktx_catalogue,
    ktx_daemon,
    ktx_http,
    ktx_index,
    ktx_one_shot,
    ktx_root,
)
from tests.authors.conftest import CHECKOUT, UV, clean_environment
from tests.runtime.small_wheel import WheelBuilder

# A stranger's suite has them by one line in conftest.py; ours has no root conftest of its own to put it in.
__all__ = ["ktx", "ktx_caller", "ktx_catalogue", "ktx_daemon", "ktx_http", "ktx_index", "ktx_one_shot", "ktx_root"]

ROWS = "INSERT INTO conformance VALUES (1, 'a'), (2, 'b'), (3, NULL)"


SOURCE = {
    "name": "orders",
    "table": "orders",
    "grain": ["id"],
    "columns": [{"name": "id", "type": "number"}],
    "measures": [{"name": "n", "expr": "count(id)"}],
}


class TestSQLite(DriverConformance):
    """The driver that ktx brings."""

    @pytest.fixture
    def driver(self) -> DatabaseDriver:
        return SQLiteDriver()

    @pytest.fixture
    def connection(self, tmp_path: Path) -> Connection:
        with closing(sqlite3.connect(tmp_path / "x.db")) as made, made:
            made.execute("CREATE TABLE conformance (id INTEGER PRIMARY KEY, name TEXT)")
            made.execute(ROWS)
        return Connection("it", "sqlite", tmp_path, {"path": "x.db"})

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Connection:
        return Connection("it", "sqlite", tmp_path, {"path": "absent.db"})


class TestDuckDB(DriverConformance):
    """A plugin's."""

    @pytest.fixture
    def driver(self) -> DatabaseDriver:
        return DuckDBDriver()

    @pytest.fixture
    def connection(self, tmp_path: Path) -> Connection:
        with duckdb.connect(str(tmp_path / "x.duckdb")) as made:
            made.execute("CREATE TABLE conformance (id INTEGER PRIMARY KEY, name VARCHAR)")
            made.execute(ROWS)
        return Connection("it", "duckdb", tmp_path, {"path": "x.duckdb"})

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> Connection:
        return Connection("it", "duckdb", tmp_path, {"path": "absent.duckdb"})


class TestCore(PluginConformance):
    """ktx's own plugin keeps what strangers' promise."""

    plugin = "core"

    def test_its_smoke_checks_pass(self) -> None:
        """Not all of ktx's features are installed here; `tests/runtime` runs their checks."""


class TestSemanticQuery(OperationConformance):
    """An operation of ktx's."""

    operation = "semantic-query"
    request_taken: ClassVar = {"sources": [SOURCE], "query": {"measures": ["orders.n"]}, "dialect": "sqlite"}
    request_refused: ClassVar = {"sources": [SOURCE], "query": {"measures": ["orders.m"]}, "dialect": "sqlite"}


FAULTY_DRIVER = """
from contextlib import contextmanager
import sqlite3
import pytest
from ktx_runtime.api import Connection, OperationRefused, Rows
from ktx_runtime.testing import DriverConformance

class Session:
    def __init__(self, connection): self.connection = connection
    def fetch(self, sql, *, max_rows, timeout_seconds, parameters=()):
        found = self.connection.execute(sql)
        self.connection.commit()
        rows = found.fetchmany(max_rows)
        return Rows(tuple(one[0] for one in found.description or ()), tuple(rows), False)
    def introspect(self, *, schemas, table_scope, timeout_seconds): return ()
    def cancel(self): pass

class Driver:
    dialect = "SQLite"
    @contextmanager
    def open(self, connection, *, connect_timeout_seconds):
        if "password" in connection.settings:
            raise OperationRefused("no " + connection.settings["password"], code="connection-failed")
        yield Session(sqlite3.connect(connection.settings["path"]))

class TestFaulty(DriverConformance):
    @pytest.fixture
    def driver(self): return Driver()
    @pytest.fixture
    def connection(self, tmp_path):
        made = sqlite3.connect(tmp_path / "x.db")
        made.executescript("CREATE TABLE conformance (id INTEGER PRIMARY KEY, name TEXT);"
                           "INSERT INTO conformance VALUES (1, 'a'), (2, 'b'), (3, NULL);")
        return Connection("it", "faulty", tmp_path, {"path": str(tmp_path / "x.db")})
    @pytest.fixture
    def unreachable(self, tmp_path): return Connection("it", "faulty", tmp_path, {"password": "not-to-be-told"})
"""


def test_a_driver_that_breaks_its_promises_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["ktx_runtime.testing"]\n')
    (tmp_path / "test_faulty.py").write_text(FAULTY_DRIVER)
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rA", str(tmp_path)]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, env=clean_environment(), check=False)
    passed = {line.split("::")[-1] for line in done.stdout.splitlines() if line.startswith("PASSED")}
    assert passed == {
        "test_rows_come_with_their_headers_in_order",
        "test_rows_beyond_those_asked_for_are_cut_and_said[3-3-False]",
        "test_rows_beyond_those_asked_for_are_cut_and_said[4-3-False]",
        "test_no_rows_still_have_headers",
        "test_sessions_of_several_threads_do_not_meet",
    }, done.stdout


def test_a_faulty_plugin_does_not_pass(tmp_path: Path) -> None:
    builder = WheelBuilder("ktx-faulty", "1.0")
    builder.add(
        "ktx_faulty.py",
        """
        print("noise")
        from ktx_runtime.api import Command, Feature, SmokeCheck, hookimpl

        @hookimpl
        def ktx_features():
            yield Feature(name="faulty", summary="",
                          commands=(Command(name="faulty", summary="", handler="ktx_faulty:run"),),
                          smoke_checks=(SmokeCheck(name="ill", summary="", check="ktx_faulty:ill"),
                                        SmokeCheck(name="gone", summary="", check="ktx_faulty:gone")))

        def run(invocation): return 3
        def ill(): return "it has a fever"
        """,
    )
    builder.add("ktx_faulty-1.0.dist-info/entry_points.txt", "[ktx.plugins]\nfaulty = ktx_faulty\n")
    wheel = builder.write(tmp_path / "wheels")
    environment = tmp_path / "venv"
    subprocess.run([UV, "venv", "-q", "--no-project", "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    site = next(environment.glob("lib/python*/site-packages"))
    seen = [
        *(path for path in sys.path if path.endswith("site-packages")),
        CHECKOUT,
        *(CHECKOUT / "features").iterdir(),
    ]
    (site / "seen.pth").write_text("".join(f"{path}\n" for path in seen))
    install = [UV, "pip", "install", "-q", "--no-deps", "--python", python, wheel.path]
    subprocess.run(install, check=True, env=clean_environment())
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text('pytest_plugins = ["ktx_runtime.testing"]\n')
    (suite / "test_it.py").write_text(
        "from ktx_runtime.testing import PluginConformance\nclass TestIt(PluginConformance):\n    plugin = 'faulty'\n"
    )
    argv = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rA", "."]
    done = subprocess.run(argv, cwd=suite, capture_output=True, text=True, env=clean_environment(), check=False)
    passed = {line.split("::")[-1] for line in done.stdout.splitlines() if line.startswith("PASSED")}
    assert passed == {"test_it_is_understood"}, done.stdout


def test_commands_run_in_the_daemon_and_in_processes_of_their_own(
    ktx_one_shot: OneShotCaller, ktx_http: HttpCaller
) -> None:
    for caller in (ktx_one_shot, ktx_http):
        listed = caller.command("call", "--list", "--json").json()
        assert "semantic-query" in {operation["name"] for operation in listed["operations"]}
        given = caller.command("call", "sql-validate-read-only", stdin='{"dialect": "sqlite", "sql": "select 1"}')
        assert given.json() == {"ok": True, "error": None}
        failed = caller.command("sl", "lst")
        assert failed.exit_code == 2
        assert "did you mean ktx sl list?" in failed.stderr


@pytest.mark.runtime
def test_a_wheel_that_nobody_has_published_is_added_by_its_name(
    ktx: Ktx, ktx_index: LocalIndex, own_wheel: Path, tmp_path: Path
) -> None:
    builder = WheelBuilder("ktx-unpublished", "1.0")
    builder.add(
        "ktx_unpublished.py",
        """
        from ktx_runtime.api import Command, Feature, hookimpl

        @hookimpl
        def ktx_features():
            yield Feature(name="unpublished", summary="", commands=(
                Command(name="unpublished", summary="", handler="ktx_unpublished:run"),))

        def run(invocation):
            invocation.stdout.write("here it is\\n")
            return 0
        """,
    )
    builder.add("ktx_unpublished-1.0.dist-info/entry_points.txt", "[ktx.plugins]\nunpublished = ktx_unpublished\n")
    ktx_index.add(builder.write(tmp_path / "wheels").path)
    here = ktx.having(KTX_WHEEL=str(own_wheel), KTX_UV=str(UV), **ktx_index.variables)
    here.do("runtime", "plugins", "add", "ktx-unpublished", "--yes", "--progress", "none")
    assert here.do("unpublished").stdout == "here it is\n"
    assert "/ktx-unpublished/" in ktx_index.asked
    here.do("runtime", "start")


def test_nothing_of_ktx_loads_the_fixtures() -> None:
    code = (
        "import sys, ktx_daemon.command_host, ktx_runtime.cli.main, ktx_runtime.authoring.check;"
        "print([name for name in sys.modules if name.startswith(('ktx_runtime.testing', 'pytest', '_pytest'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout.strip() == "[]"
