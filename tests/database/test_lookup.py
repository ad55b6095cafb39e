"""Finding the driver that a connection names."""

import pytest

from ktx_core.database import find_driver
from ktx_core.drivers.sqlite import SQLiteDriver
from ktx_runtime.api import FeatureMissing, OperationRefused


@pytest.mark.parametrize("name", ["sqlite", "SQLite", "sqlite3"])
def test_sqlite_ships_with_core(name):
    driver = find_driver(name)
    assert isinstance(driver, SQLiteDriver)
    assert driver.dialect == "sqlite"


def test_a_driver_that_is_absent_comes_with_the_command_that_installs_it():
    with pytest.raises(FeatureMissing) as missing:
        find_driver("postgresql-next", program="npx @kaelio/ktx")
    assert missing.value.http_status == 501
    assert missing.value.hint == "npx @kaelio/ktx runtime plugins add ktx-postgresql-next"


@pytest.mark.parametrize("name", ["", "a b", "x; rm -rf /", "../x", "-x", "x" * 50])
def test_what_cannot_be_a_name_is_no_part_of_a_command(name):
    with pytest.raises(OperationRefused) as refusal:
        find_driver(name)
    assert refusal.value.code == "driver-unknown"
    assert refusal.value.hint is None


def test_no_file_is_left_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    find_driver("sqlite")
    assert list(tmp_path.iterdir()) == []
