"""The demo, set up once for the tests that only read it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ktx_core.demo.files import demo_files
from ktx_core.demo.place import place


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
