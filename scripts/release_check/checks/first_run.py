"""The first command, and what it leaves."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.release_check.bench import Bench
from scripts.release_check.check import CheckFailed, require
from scripts.release_check.machine import Machine

QUESTION = ("--measure", "orders.placed_orders", "--measure", "order_lines.revenue", "--dimension", "customers.group")

BY_HAND = """
WITH valued AS (
  SELECT (SELECT "group" FROM customers WHERE id = o.customer_id) AS grp, o.status <> 'cancelled' AS placed,
    (SELECT sum(quantity * unit_price_cents - discount_cents) FROM order_lines WHERE order_id = o.id) AS cents
  FROM orders AS o
)
SELECT grp, sum(placed), round(sum(cents) / 100.0, 2) FROM valued GROUP BY grp
"""


def first_run(bench: Bench) -> str:
    """`npx … setup demo --yes` where there is no uv: fetched, checked, used; the wheel is the one in the package."""
    machine = bench.prepared
    manifest = manifest_of(machine)
    require(manifest["wheel"]["sha256"] == bench.runtime["wheel"]["sha256"], "the runtime is of another wheel")
    require(not list(machine.root.glob("bootstrap-*")), "a throw-away environment was left")
    (uv,) = (file for file in (machine.root / "uv").rglob("*") if file.is_file())
    pins = [wheel["executable"]["sha256"] for wheel in bench.runtime["uv"]["wheels"].values()]
    require(hashlib.sha256(uv.read_bytes()).hexdigest() in pins, f"{uv.name} is not the pinned one")
    features = [feature["name"] for feature in manifest["features"]]
    require(features == ["core"], f"the first command installed {features}")
    return f"Python {manifest['python']['version']}, uv {bench.runtime['uv']['version']} fetched, features: core"


def one_query(bench: Bench) -> str:
    """Two facts at once, compared with SQL that was written by hand."""
    machine = bench.prepared
    project = demo_of(machine)
    words = ("sl", "query", *QUESTION, "--execute", "--format", "json", "--project-dir", str(project))
    answer = machine.ktx(*words).json()
    # Closed, so that Windows lets the folder go.
    with closing(sqlite3.connect(next(project.glob("*.db")))) as database:
        expected = database.execute(BY_HAND).fetchall()
    got = [(group, placed, round(float(revenue), 2)) for group, placed, revenue in answer["rows"]]
    require(sorted(got, key=repr) == sorted(expected, key=repr), f"the answer is {got}, by hand it is {expected}")
    status = machine.ktx("runtime", "status", "--json").json()
    require(not status.get("daemon"), "a daemon was started for it")
    return f"{len(got)} groups, {sum(row[1] for row in got):,} orders, as by hand"


def status_and_doctor(bench: Bench) -> str:
    """Both say that all is well, to people and to programs."""
    machine = bench.prepared
    status = machine.ktx("runtime", "status", "--json").json()
    require((status["state"], status["cliVersion"]) == ("ready", bench.runtime["version"]), f"status says {status}")
    require("ready" in machine.ktx("runtime", "status").stdout, "status does not say to people that it is ready")
    checks = machine.ktx("runtime", "doctor", "--json").json()["checks"]
    wrong = [check for check in checks if check["status"] == "fail"]
    require(not wrong, f"doctor finds {wrong}")
    return f"ready; doctor's {len(checks)} checks on {sys.platform}"


def demo_of(machine: Machine) -> Path:
    """The demo's project on a machine where it was made."""
    (file,) = machine.work.rglob("ktx.yaml")
    return file.parent


def manifest_of(machine: Machine) -> dict[str, Any]:
    """The witness of the only runtime there."""
    found = list(machine.root.glob("*/manifest.json"))
    if len(found) != 1:
        raise CheckFailed(f"{len(found)} runtimes at {machine.root}")
    manifest: dict[str, Any] = json.loads(found[0].read_text(encoding="utf-8"))
    return manifest
