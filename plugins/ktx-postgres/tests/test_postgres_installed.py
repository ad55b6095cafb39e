"""From an empty machine, the packed npm package and this folder to right numbers out of a PostgreSQL server."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.npm.conftest import equipped, launcher, package, tarball, unpacked
from tests.npm.package import CHECKOUT, Launcher

__all__ = ["equipped", "launcher", "package", "tarball", "unpacked"]

pytestmark = [pytest.mark.runtime, pytest.mark.npm]

PASSWORD = "p:w/with@every#thing%"


def do(machine: Launcher, *words: str, stdin: str = "") -> str:
    done = machine.run(*words, stdin=stdin)
    assert done.exit_code == 0, f"{words}: {done.stdout}{done.stderr}"
    assert PASSWORD not in done.stdout + done.stderr
    return done.stdout


def test_a_stranger_adds_the_plugin_scans_a_server_and_asks(equipped: Launcher, database) -> None:
    database.run(
        'CREATE SCHEMA "Sales Q1"',
        "CREATE TABLE customers (id int PRIMARY KEY, country text)",
        'CREATE TABLE "Sales Q1"."Orders" '
        '(id int PRIMARY KEY, customer int REFERENCES customers, "Amount" numeric(10,2))',
        "INSERT INTO customers VALUES (1, 'NO'), (2, 'DE')",
        'INSERT INTO "Sales Q1"."Orders" VALUES (1, 1, 10.50), (2, 1, 20), (3, 2, 30), (4, NULL, 5)',
        'GRANT USAGE ON SCHEMA "Sales Q1" TO app',
        'GRANT SELECT ON customers, "Sales Q1"."Orders" TO app',
    )
    machine = equipped.having(SHOP_PASSWORD=PASSWORD)
    (machine.work / "ktx.yaml").write_text(
        "connections:\n  shop:\n    driver: postgres\n    host: 127.0.0.1\n"
        f"    port: {database.server.port}\n    database: {database.name}\n    user: app\n"
        "    password: env:SHOP_PASSWORD\n    schemas: [public, Sales Q1]\n"
    )
    do(machine, "runtime", "plugins", "add", str(CHECKOUT / "plugins" / "ktx-postgres"), "--yes", "--progress", "none")
    features = json.loads(do(machine, "runtime", "status", "--json"))["features"]
    assert "postgres" in [feature["name"] for feature in features]
    scanned = json.loads(do(machine, "scan", "shop", "--json"))
    assert [change["table"] for change in scanned["changes"]] == ["Orders", "customers"]
    assert scanned["errors"] == 0
    asked = ("--measure", 'sum("Orders"."Amount")', "--dimension", "customers.country", "--execute", "--json")
    rows = json.loads(do(machine, "sl", "query", *asked))["rows"]
    assert {country: float(total) for country, total in rows} == {"NO": 30.5, "DE": 30.0, None: 5.0}
    assert do(machine, "sql", 'SELECT sum("Amount") FROM "Sales Q1"."Orders"', "--format", "csv") == "sum\n65.50\n"
    refused = machine.run("sql", "SELECT 1; DROP TABLE customers")
    assert refused.exit_code == 1
    assert do(machine, "scan", "shop", "--check") == ""
    database.run("ALTER TABLE customers ADD COLUMN name text")
    assert machine.run("scan", "shop", "--check").exit_code == 1
    place = f"127.0.0.1:{database.server.port}/{database.name}"
    right = {"connection_id": "shop", "url": f"postgresql://app:{quote(PASSWORD, safe='')}@{place}"}
    answer = do(machine, "call", "database-introspect", stdin=json.dumps(right))
    assert quote(PASSWORD, safe="") not in answer
    assert [(table["db"], table["name"]) for table in json.loads(answer)["tables"]] == [("public", "customers")]
    wrong = {"connection_id": "shop", "url": f"postgresql://app:wrong@{place}"}
    told = machine.run("call", "database-introspect", stdin=json.dumps(wrong))
    assert told.exit_code == 1
    assert "does not know user app with these credentials" in told.stderr
    assert "wrong" not in told.stdout + told.stderr
