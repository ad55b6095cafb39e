"""TPC-H data, made by `tpchgen-cli` (the same rows as the benchmark's own dbgen) and read by DuckDB."""

import subprocess
import sysconfig
from pathlib import Path

import duckdb

from semantic_layer.loader import load_connection

MODEL = Path(__file__).with_name("model")
TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
_PROGRAM = Path(sysconfig.get_path("scripts"), "tpchgen-cli")


def make(directory: Path, scale: float) -> None:
    """Write the eight tables as Parquet files. Scale 1 is about 6 million lines and 350 MB."""
    arguments = ["parquet", "--quiet", "--num-threads", "1", "--scale-factor", str(scale), "--output-dir", directory]
    subprocess.run([_PROGRAM, *arguments], check=True, timeout=600)


def load(directory: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with the tables of these files."""
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet(?)", [f"{directory}/{table}.parquet"])
    return connection


def sources() -> tuple[dict[str, object], ...]:
    """The semantic model of the eight tables."""
    loaded = load_connection(MODEL, dialect="duckdb")
    if loaded.problems:
        raise AssertionError(loaded.problems)
    return loaded.sources
