"""The data, made once; the model, loaded once."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.tpch import data


@pytest.fixture(scope="session")
def tpch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """TPC-H at scale 0.02: 120,000 lines, enough for every question to have an answer."""
    directory = tmp_path_factory.mktemp("tpch")
    data.make(directory, 0.02)
    with data.load(directory) as connection:
        yield connection


@pytest.fixture(scope="session")
def model() -> tuple[dict[str, object], ...]:
    return data.sources()
