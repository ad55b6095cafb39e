"""The demo, set up once for the tests that only read it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ktx_core.database import find_driver
from ktx_core.demo.files import demo_files
from ktx_core.demo.place import place
from ktx_runtime.api import Connection
from semantic_layer.loader import load_connection
from tests.demo.asking import Asker


@pytest.fixture(scope="session")
def demo_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo as it ships."""
    directory = tmp_path_factory.mktemp("demo") / "ktx-demo"
    demo = demo_files()
    place(directory, demo, demo.names)
    return directory


@pytest.fixture(scope="session")
def shop(demo_directory: Path) -> Iterator[sqlite3.Connection]:
    """The demo's database, read by hand."""
    uri = (demo_directory / "shop.db").as_uri()
    with closing(sqlite3.connect(f"{uri}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="session")
def asker(demo_directory: Path) -> Iterator[Asker]:
    """The demo's model and database, asked as the product asks."""
    loaded = load_connection(demo_directory / "semantic-layer" / "shop", dialect="sqlite")
    assert loaded.problems == ()
    connection = Connection(id="shop", driver="sqlite", project_directory=demo_directory, settings={"path": "shop.db"})
    with find_driver("sqlite").open(connection, connect_timeout_seconds=5) as session:
        yield Asker(loaded.sources, session)
