"""Two threads that want the same dialect first: neither may get it before it is whole.

sqlglot enters a dialect's class in its register before the class has its own parser and generator. Here that moment
lasts half a second, and another thread comes in the middle of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "plugins" / "ktx-lookml"

RACE = """
import importlib, json, sys, threading, time
from sqlglot.dialects import dialect as register

sys.path.insert(0, sys.argv[2])
entered = threading.Event()

class Slow(dict):
    def __setitem__(self, name, dialect):
        super().__setitem__(name, dialect)
        if name == "mysql":
            entered.set()
            time.sleep(0.5)

register._Dialect._classes = Slow(register._Dialect._classes)

SOURCE = {
    "name": "orders", "table": "orders", "grain": ["id"],
    "columns": [{"name": "id", "type": "number"}, {"name": "at", "type": "time"}],
    "measures": [{"name": "n", "expr": "sum(`id` div 2)"}],
}

def compiled():
    from semantic_layer.compile import compile_query
    month = {"field": "orders.at", "granularity": "month"}
    return compile_query([SOURCE], {"measures": ["orders.n"], "dimensions": [month]}, dialect="mysql").sql

def validated():
    from semantic_layer.validation import validate_sources
    return repr(validate_sources([SOURCE], dialect="mysql"))

def identified():
    from semantic_layer.sql_analysis.identifiers import parse_table_identifier
    return repr(parse_table_identifier("`a b`.`c`", dialect="mysql"))

def checked():
    from semantic_layer.sql_analysis.read_only import check_read_only
    return repr(check_read_only("SELECT `a` div 2 -- it's\\n FROM `t` # `", dialect="mysql"))

def analysed():
    from semantic_layer.sql_analysis.batch import Statement, analyze_batch
    return repr(analyze_batch([Statement("1", "SELECT `a` div 2 FROM `t`")], dialect="mysql"))

def generated():
    from semantic_layer.generation import ScannedColumn, ScannedTable, generate_sources
    types = {"a b": "mediumint unsigned", "c`d": "tinyint(1)", "e": "year"}
    columns = tuple(ScannedColumn(name, type_) for name, type_ in types.items())
    return repr(generate_sources([ScannedTable("order lines", columns, db="x.y")], [], dialect="mysql"))

def scanned():
    from ktx_core.scan.shards import parts_of_reference
    return repr(parts_of_reference("`a.b`.`c`", "mysql"))

def joined():
    from ktx_core.scan.join_keys import _plain_condition
    _plain_condition.cache_clear()
    return _plain_condition("b.`x y` = `z`", "b", "mysql")

def shown():
    from ktx_core.sl.show import readable_sql
    readable_sql.cache_clear()
    return readable_sql("SELECT `a` div 2 FROM `t`", "mysql")

def carried_over():
    from ktx_lookml.handler import parse
    from ktx_lookml.wire import ParseRequest
    view = "view: v { sql_table_name: `a.b`.c ;; dimension: d { sql: ${TABLE}.`x` div 2 ;; } }"
    request = ParseRequest(files=[{"path": "v.view.lkml", "content": view}], dialect="mysql")
    return parse(request, None).model_dump_json()

action, found = globals()[sys.argv[1]], []
importlib.import_module("sqlglot.optimizer.scope")
first = threading.Thread(target=importlib.import_module, args=("sqlglot.dialects.mysql",))
def second():
    try:
        found.append(action())
    except Exception as error:
        found.append(f"{type(error).__name__}: {error}")
other = threading.Thread(target=second)
first.start()
assert entered.wait(30)
other.start()
for thread in (first, other):
    thread.join()
print(json.dumps([found[0], action()]))
"""


@pytest.mark.parametrize(
    "entry",
    [
        "compiled", "validated", "identified", "checked", "analysed", "generated", "scanned", "joined", "shown",
        "carried_over",
    ],
)  # fmt: skip
def test_a_dialect_is_whole_before_anything_is_read_or_written_in_it(entry: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RACE, entry, str(PLUGIN)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    meanwhile, afterwards = json.loads(done.stdout)
    assert meanwhile == afterwards
    assert "Error" not in meanwhile
