"""Write the names of the functions that each engine has, asked of the engines themselves.

    python scripts/engine_functions.py        needs what `make engines` installs, and the servers of the tests

An engine's catalogue first; then every name that another engine or sqlglot has and this one's catalogue lacks is tried,
since parts of a grammar (`coalesce`, `extract`) are in no catalogue.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlglot import exp

ROOT = Path(__file__).resolve().parent.parent
NAMES = ROOT / "features/core/semantic_layer/functions/names"
sys.path.insert(0, str(ROOT / "tests/semantic"))

CATALOGUES = {
    "sqlite": "select distinct name from pragma_function_list",
    "duckdb": "select distinct function_name from duckdb_functions() where not starts_with(function_name, '__')",
    "postgres": (
        "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace and prokind <> 'p' "
        "and not prorettype = any (array['internal', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler',"
        " 'index_am_handler', 'table_am_handler', 'tsm_handler']::regtype[]) and not exists (select 1 from pg_type t "
        "where pg_proc.oid in (t.typinput, t.typoutput, t.typreceive, t.typsend)) "
        "and not exists (select 1 from pg_operator o where o.oprcode = pg_proc.oid)"
    ),
    "mysql": "select distinct function from information_schema.sql_functions",
    "clickhouse": "select distinct name from system.functions",
}
UNKNOWN = {
    "sqlite": ("no such function", "syntax error"),
    "duckdb": ("does not exist", "syntax error", "Parser Error"),
    "postgres": ("does not exist", "syntax error"),
    "mysql": ("does not exist", "1305", "1064"),
    "clickhouse": ("Unknown function", "UNKNOWN_FUNCTION", "Syntax error", "UNKNOWN_IDENTIFIER"),
}
"""What an engine says of a function that it has not, as far as it can be told from wrong arguments."""

CALLS = ("(null)", "(null, null)", "(null, null, null)", "()", "() over (order by 1)", "(1) over (order by 1)")

Run = Callable[[str], object]


@contextlib.contextmanager
def engines() -> Iterator[dict[str, Run]]:
    """Every engine of the tests, by dialect."""
    from engines.clickhouse import ClickhouseEngine  # noqa: PLC0415 - tests/semantic is on the path by now
    from engines.duckdb import DuckdbEngine  # noqa: PLC0415
    from engines.mariadb import MariadbEngine, find_mariadb  # noqa: PLC0415
    from engines.postgres import PostgresEngine, find_postgres  # noqa: PLC0415
    from engines.sqlite import SqliteEngine  # noqa: PLC0415

    found = [SqliteEngine(), DuckdbEngine(), PostgresEngine(find_postgres()), MariadbEngine(find_mariadb())]
    found.append(ClickhouseEngine())
    try:
        for engine in found:
            engine.enter("functions")
        yield {engine.dialect: engine.run for engine in found}
    finally:
        for engine in found:
            engine.close()


def catalogued(run: Run, dialect: str) -> set[str]:
    """The names in an engine's own catalogue, in the spelling that matters: ClickHouse tells letters' case."""
    names = {str(row[0]) for row in run(CATALOGUES[dialect]).rows}  # type: ignore[attr-defined]
    plain = {name for name in names if name.replace("_", "a").isalnum() and name.isascii()}
    return plain if dialect == "clickhouse" else {name.lower() for name in plain}


def is_there(run: Run, dialect: str, name: str) -> bool:
    """Whether the engine knows a name that its catalogue does not list."""
    for call in CALLS:
        if "over" in call and dialect == "clickhouse":  # it says the same of every name there
            continue
        try:
            run(f"select {name}{call}")
        except Exception as error:  # noqa: BLE001 - each driver has its own
            if not any(said in str(error) for said in UNKNOWN[dialect]):
                return True
        else:
            return True
    return False


def main() -> None:
    """Ask all engines and write a file for each."""
    with engines() as run:
        known = {dialect: catalogued(ask, dialect) for dialect, ask in run.items()}
        everywhere = {name.lower() for names in (*known.values(), exp.FUNCTION_BY_NAME) for name in names}
        for dialect, names in known.items():
            folded = {name.lower() for name in names}
            names |= {name for name in everywhere - folded if is_there(run[dialect], dialect, name)}
            (NAMES / f"{dialect}.txt").write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")
            print(f"{dialect}: {len(names)}")


if __name__ == "__main__":
    main()
