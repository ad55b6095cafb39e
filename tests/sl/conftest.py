"""A small shop on SQLite, and `ktx` run on it as the worker runs it, in this process."""

from __future__ import annotations

import io
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ktx_daemon.command_host import run_command
from ktx_runtime.api import Invocation, Terminal
from ktx_runtime.registry import Catalogue
from ktx_runtime.registry.collect import own_catalogue
from tests.support.answers import validate_if_answer

ORDERS = """\
name: orders
description: What customers bought.
table: orders
grain: [id]
columns:
  - {name: id, type: number}
  - {name: customer_id, type: number}
  - {name: ordered_at, type: time, role: time, description: When it was bought.}
  - {name: status, type: string}
  - {name: amount, type: number}
  - {name: margin, type: number, visibility: internal}
  - {name: secret, type: string, visibility: hidden}
joins:
  - {to: customers, on: customer_id = customers.id, relationship: many_to_one}
measures:
  - {name: revenue, expr: sum(amount), description: Money from orders.}
  - {name: order_count, expr: count(*)}
segments:
  - {name: paid, expr: status = 'paid', description: Orders that were paid.}
"""

CUSTOMERS = """\
name: customers
descriptions: {db: People.}
table: customers
grain: [id]
columns:
  - {name: id, type: number}
  - {name: country, type: string, descriptions: {ai: Where they live.}}
measures:
  - {name: customer_count, expr: count(*)}
"""

ROWS = """\
create table customers (id integer primary key, country text);
insert into customers values (1, 'NO'), (2, 'DE'), (3, null), (4, 'FR');
create table orders (
  id integer primary key, customer_id integer references customers (id), ordered_at text not null, status text,
  amount real, margin real, secret text
);
insert into orders values
  (1, 1, '2024-01-05', 'paid', 10.5, 1, 'x'), (2, 1, '2024-01-20', 'open', 20, 2, 'x'),
  (3, 2, '2024-02-01', 'paid', 30, 3, 'x'), (4, 3, '2024-02-29', 'paid', 40, 4, 'x'),
  (5, 9, '2024-03-01', 'paid', 50, 5, 'x'), (6, null, '2024-03-02', null, null, 6, 'x');
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=pytest.fail)


@dataclass(frozen=True, slots=True)
class Shop:
    """The project's directory, and `ktx` in it."""

    directory: Path
    catalogue: Catalogue

    def ktx(self, *words: str, stdin: str = "", terminal: Terminal | None = None, **environment: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        invocation = Invocation(
            arguments=words,
            working_directory=self.directory,
            environment=environment,
            stdin=io.StringIO(stdin),
            stdout=out,
            stderr=err,
            terminal=terminal or Terminal(),
        )
        code = run_command(self.catalogue, invocation, logs_directory=self.directory / "logs")
        validate_if_answer(out.getvalue())
        return Done(code, out.getvalue(), err.getvalue())

    def write(self, name: str, text: str) -> Path:
        file = self.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return own_catalogue({})


@pytest.fixture
def shop(tmp_path: Path, catalogue: Catalogue) -> Shop:
    shop = Shop(tmp_path, catalogue)
    shop.write("ktx.yaml", "connections:\n  shop: {driver: sqlite, path: shop.db}\n")
    shop.write("semantic-layer/shop/orders.yaml", ORDERS)
    shop.write("semantic-layer/shop/customers.yaml", CUSTOMERS)
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.executescript(ROWS)
    connection.close()
    return shop
