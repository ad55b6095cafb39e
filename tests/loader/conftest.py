"""A connection's directory, written from texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from semantic_layer.loader import LoadedConnection, load_connection

ORDERS = """\
name: orders
table: shop.orders
grain: [id]
columns:
  - {name: id, type: number}
measures:
  - {name: order_count, expr: count(id)}
"""

Load = Callable[..., LoadedConnection]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty connection."""
    directory = tmp_path / "semantic-layer" / "shop"
    directory.mkdir(parents=True)
    return directory


@pytest.fixture
def load(directory: Path) -> Load:
    """Write the given files (text or bytes by name) and load the connection."""

    def write_and_load(files: dict[str, str | bytes]) -> LoadedConnection:
        for name, content in files.items():
            path = directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_connection(directory)

    return write_and_load


def names(connection: LoadedConnection) -> list[object]:
    """The names of the sources that were loaded."""
    return [source["name"] for source in connection.sources]


def reported(connection: LoadedConnection) -> list[tuple[str, str]]:
    """Code and place of every problem."""
    return [(problem.code, str(problem).split(": ")[0]) for problem in connection.problems]
