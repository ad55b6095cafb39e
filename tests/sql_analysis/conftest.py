"""Servers on which refused statements are seen to act."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ENGINES = Path(__file__).parents[1] / "semantic"
"""Where the suite's engines are, as the package `engines`."""


def _engines(name: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ENGINES))
        return importlib.import_module(f"engines.{name}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A private PostgreSQL server."""
    module = _engines("postgres")
    programs = module.find_postgres()
    if programs is None:
        missing = "PostgreSQL's initdb and pg_ctl are not installed (apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    engine = module.PostgresEngine(programs)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Any]:
    """A private MariaDB server; optional."""
    pytest.importorskip("pymysql", reason="pymysql is not installed (optional)")
    module = _engines("mariadb")
    programs = module.find_mariadb()
    if programs is None:
        pytest.skip("mariadbd and mariadb-install-db are not installed (optional)")
    engine = module.MariadbEngine(programs)
    yield engine
    engine.close()
