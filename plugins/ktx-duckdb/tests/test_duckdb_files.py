"""Data files as they lie: patterns, folders of parts, and folders that are columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from ktx_duckdb.driver import DuckDBDriver

from ktx_runtime.api import Connection, OperationRefused, Rows


def fetch(path: Path | str, sql: str, **settings: str) -> Rows:
    connection = Connection("files", "duckdb", Path("/"), {"path": str(path), **settings})
    with DuckDBDriver().open(connection, connect_timeout_seconds=5) as session:
        return session.fetch(sql, max_rows=100, timeout_seconds=60)


def refusal(path: Path | str, sql: str = "SELECT 1", **settings: str) -> OperationRefused:
    with pytest.raises(OperationRefused) as caught:
        fetch(path, sql, **settings)
    return caught.value


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """`orders` in partitions, `visits` in parts, `people` in one file."""
    folder = tmp_path / "it's a lake"
    for year, rows in (("2025", "(1, 10.5), (2, 20)"), ("2026", "(3, 30)")):
        part = folder / "orders" / f"year={year}" / "country=NO"
        part.mkdir(parents=True)
        duckdb.sql(f"SELECT * FROM (VALUES {rows}) AS t(id, amount)").write_parquet(str(part / "part-0.parquet"))
    (folder / "orders" / "_SUCCESS").write_text("")
    (folder / "visits").mkdir()
    (folder / "visits" / "a.csv").write_text("id,channel\n1,web\n")
    (folder / "visits" / "b.csv").write_text("channel,id,extra\nfax,2,x\n")
    (folder / "people.csv").write_text("id,name\n1,ann\n")
    return folder


def test_folders_named_like_columns_are_columns(lake: Path) -> None:
    rows = fetch(lake, "SELECT year, country, sum(amount) FROM orders GROUP BY ALL ORDER BY 1").rows
    assert [(int(str(year)), country, float(str(total))) for year, country, total in rows] == [
        (2025, "NO", 30.5),
        (2026, "NO", 30.0),
    ]
    assert fetch(lake / "orders", "SELECT count(*) FROM orders WHERE year = 2026").rows == ((1,),)


def test_parts_of_a_table_meet_by_the_names_of_their_columns(lake: Path) -> None:
    rows = fetch(lake, "SELECT id, channel, extra FROM visits ORDER BY id").rows
    assert rows == ((1, "web", None), (2, "fax", "x"))


def test_a_pattern_is_one_table(lake: Path) -> None:
    assert fetch(lake / "visits" / "*.csv", "SELECT count(*) FROM visits").rows == ((2,),)
    assert fetch(lake / "visits" / "?.csv", "SELECT count(*) FROM trips", table="trips").rows == ((2,),)
    assert fetch(lake / "orders" / "**" / "part-*.parquet", "SELECT min(year) FROM part").rows == ((2025,),)
    assert "no data file fits" in refusal(lake / "*.parquet").message


def test_a_name_makes_one_table_of_a_folder(lake: Path) -> None:
    assert fetch(lake / "visits", "SELECT count(*) FROM hits", table="hits").rows == ((2,),)


def test_a_file_beside_those_of_the_connection_cannot_be_read(lake: Path) -> None:
    secret = lake.parent / "secret.csv"
    secret.write_text("a\n1\n")
    for sql in (
        f"SELECT * FROM read_csv('{lake.parent}/*.csv')".replace("it's", "it''s"),
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_blob('{secret}')",
        "SELECT * FROM glob('/*')",
    ):
        assert refusal(lake, sql).code == "query-failed"


def test_two_files_that_would_be_one_table_are_refused(lake: Path) -> None:
    (lake / "People.parquet").write_bytes((lake / "orders/year=2026/country=NO/part-0.parquet").read_bytes())
    assert "would be the same table" in refusal(lake).message


def test_files_of_several_kinds_are_no_table(lake: Path) -> None:
    (lake / "visits" / "c.json").write_text("{}")
    assert "files of several kinds would be one table" in refusal(lake).message


def test_a_setting_that_is_not_known_is_refused(lake: Path) -> None:
    told = refusal(lake, tabel="x")
    assert "not known: tabel" in told.message
    assert told.hint == "did you mean table?"


def test_what_pythons_values_cannot_hold_stays_exact(lake: Path) -> None:
    row = fetch(
        lake,
        "SELECT INTERVAL '1 month 2 days', TIMESTAMP_NS '2026-01-01 00:00:00.123456789', 'infinity'::DATE, "
        "'-infinity'::TIMESTAMP, DATE '9999-12-31', '\\x00'::BLOB, 1 AS same, 2 AS same",
    )
    assert row.rows == (
        ("1 month 2 days", "2026-01-01 00:00:00.123456789", "infinity", "-infinity", date.max,
         b"\x00", 1, 2),
    )  # fmt: skip
    assert row.headers[-2:] == ("same", "same")


def test_nothing_is_left_behind(lake: Path) -> None:
    before = sorted(lake.rglob("*"))
    fetch(lake, "SELECT count(*) FROM orders")
    assert sorted(lake.rglob("*")) == before
