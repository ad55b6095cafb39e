"""A project on SQLite whose database changes between scans."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.collect import own_catalogue
from tests.sl.conftest import Done, Shop

TABLES = """\
create table customers (id integer primary key, country text, boss integer references customers (id));
create table orders (
  id integer primary key, billed_to integer references customers (id), shipped_to integer references customers (id),
  ordered_at text not null, amount real
);
insert into customers values (1, 'NO', null), (2, 'DE', 1);
insert into orders values (1, 1, 2, '2026-01-01', 10.5), (2, 1, 1, '2026-01-02', 20), (3, 2, 1, '2026-02-01', 30);
"""


@dataclass(frozen=True, slots=True)
class Scanned(Shop):
    """The project, with its database at hand."""

    @property
    def model(self) -> Path:
        return self.directory / "semantic-layer" / "shop"

    def sql(self, script: str) -> None:
        with closing(sqlite3.connect(self.directory / "shop.db")) as connection:
            connection.executescript(script)

    def scan(self, *words: str) -> Done:
        return self.ktx("scan", *words)

    def shard(self, name: str) -> dict:
        return yaml.safe_load((self.model / "_schema" / f"{name}.yaml").read_text())["tables"][name]

    def edit(self, name: str, before: str, after: str) -> None:
        file = self.model / name
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after))

    def digest(self) -> dict[str, str]:
        files = sorted(path for path in self.model.rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return own_catalogue({})


@pytest.fixture
def bare(tmp_path: Path, catalogue: Catalogue) -> Scanned:
    project = Scanned(tmp_path, catalogue)
    project.write("ktx.yaml", "connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    project.sql(TABLES)
    return project


@pytest.fixture
def scanned(bare: Scanned) -> Scanned:
    assert bare.scan().code == 0
    return bare
