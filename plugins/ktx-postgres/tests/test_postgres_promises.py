"""What every driver promises."""

from __future__ import annotations

import pytest
from ktx_postgres.driver import PostgresDriver

from ktx_runtime.api import Connection
from ktx_runtime.testing import DriverConformance


class TestDriver(DriverConformance):
    @pytest.fixture
    def driver(self) -> PostgresDriver:
        return PostgresDriver()

    @pytest.fixture
    def connection(self, database) -> Connection:
        database.run(
            "CREATE TABLE conformance (id int PRIMARY KEY, name text)",
            "INSERT INTO conformance VALUES (1, 'a'), (2, 'b'), (3, NULL)",
        )
        return database.connection()

    @pytest.fixture
    def unreachable(self, database) -> Connection:
        return database.connection(host="127.0.0.1", user="app", password=self.secret)
