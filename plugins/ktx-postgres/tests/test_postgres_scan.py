"""`ktx scan` on a server: schemas, types of the user's own, partitions, and words that mean harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

PLUGIN = Path(__file__).parents[1]

TABLES = (
    "CREATE SCHEMA sales",
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN money_amount AS numeric(12,2) CHECK (VALUE >= 0)",
    "CREATE TABLE customers (id int PRIMARY KEY, feels mood, credit money_amount, home point)",
    "CREATE TABLE sales.customers (id int PRIMARY KEY, customer int REFERENCES public.customers)",
    """CREATE TABLE sales.events (id int, at date, customer int REFERENCES public.customers, PRIMARY KEY (id, at))
       PARTITION BY RANGE (at)""",
    "CREATE TABLE sales.events_2026 PARTITION OF sales.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "CREATE TABLE sales.seen (id int PRIMARY KEY, event int, at date, FOREIGN KEY (event, at) REFERENCES sales.events)",
    "CREATE VIEW sales.big AS SELECT id, credit FROM customers",
    "COMMENT ON TABLE customers IS E'who: buys # \\x1b[31mred\\n- {a: !!python/object:os.system}\\n---\\n'",
    "COMMENT ON COLUMN customers.credit IS E'{{ x }} \\'\"\\x1b]0;title\\x07'",
    "INSERT INTO customers VALUES (1, 'ok', 10.50, NULL), (2, 'sad', 20, NULL)",
    "INSERT INTO sales.customers VALUES (1, 1), (2, NULL)",
    "INSERT INTO sales.events VALUES (1, '2026-02-03', 1), (2, '2026-02-04', 2), (2, '2026-02-05', 2)",
    "INSERT INTO sales.seen VALUES (1, 1, '2026-02-03'), (2, 2, '2026-02-05')",
)


class Project:
    """A project on the test's database, and the worker that runs `ktx` in it."""

    def __init__(self, home: Path, database) -> None:
        installed = home / "installed" / "ktx_postgres-0.1.0.dist-info"
        installed.mkdir(parents=True)
        (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ktx-postgres\nVersion: 0.1.0\n")
        (installed / "entry_points.txt").write_text(
            "[ktx.database_drivers]\npostgres = ktx_postgres.driver:PostgresDriver\n"
        )
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed.parent, PLUGIN)))}
        self.directory = home / "project"
        self.directory.mkdir()
        (self.directory / "ktx.yaml").write_text(
            f"connections:\n  w: {{driver: postgres, host: {database.server.home}, port: {database.server.port}, "
            f"database: {database.name}, user: postgres, schemas: [public, sales]}}\n"
        )

    def ktx(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ktx_daemon", "run", *words],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        return done.stdout

    def rows(self, measure: str, dimension: str) -> dict[object, float]:
        words = ("sl", "query", "--measure", measure, "--dimension", dimension, "--execute", "--json")
        return {name: float(value or 0) for name, value in json.loads(self.ktx(*words))["rows"]}


@pytest.fixture
def project(tmp_path: Path, database) -> Project:
    database.run(*TABLES)
    return Project(tmp_path, database)


def test_a_server_of_many_kinds_is_scanned_into_a_model_that_is_right(project: Project, database) -> None:
    answer = json.loads(project.ktx("scan", "--json"))
    assert answer["errors"] == 0
    names = [change["table"] for change in answer["changes"]]
    assert names == ["big", "events", "public_customers", "sales_customers", "seen"]
    shard = project.directory / "semantic-layer/w/_schema/public_customers.yaml"
    table = yaml.safe_load(shard.read_text())["tables"]["public_customers"]
    assert table["table"] == "public.customers"
    assert [column["type"] for column in table["columns"]] == ["integer", "mood", "numeric(12,2)", "point"]
    assert table["descriptions"]["db"].startswith("who: buys # \x1b[31mred\n- {a:")
    assert project.rows("public_customers.total_credit", "public_customers.feels") == {"ok": 10.5, "sad": 20.0}
    assert project.rows("events.record_count", "public_customers.feels") == {"ok": 1, "sad": 2}
    assert project.rows("seen.record_count", "events.at") == {"2026-02-03": 1, "2026-02-05": 1, "2026-02-04": 0}
    assert project.ktx("scan") == ""

    database.run("REVOKE ALL ON sales.seen FROM PUBLIC", "ALTER TABLE sales.events ADD COLUMN what text")
    database.run("CREATE SCHEMA other", "CREATE TABLE other.customers (id int)")
    lines = project.ktx("scan", "--schema", "public", "--schema", "sales", "--schema", "other").splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "added customers other.customers",
        "added events.what text",
    ]
    # The names that sources have already stay with them.
    assert project.rows("sales_customers.record_count", "public_customers.feels") == {"ok": 1, None: 1, "sad": 0}


def test_interrupting_a_query_ends_it_on_the_server_too(project: Project, database) -> None:
    sql = "SELECT count(*) FROM generate_series(1, 100000000) AS a, generate_series(1, 100000000) AS b"
    running = subprocess.Popen(
        [sys.executable, "-m", "ktx_daemon", "run", "sql", sql, "--timeout", "600"],
        cwd=project.directory,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    active = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '{sql}'"
    try:
        wait_for(lambda: database.value(active) == 1)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        assert running.returncode == 130
        wait_for(lambda: database.value(active) == 0)
    finally:
        running.kill()
        running.communicate()


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
