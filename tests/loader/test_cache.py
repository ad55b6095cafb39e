"""The compiled cache: never wrong, never in the way."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from semantic_layer.loader import LoadedConnection, load_connection
from tests.loader.conftest import ORDERS, names


@pytest.fixture
def cache_directory(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def connection(directory: Path) -> Path:
    """Three files that were written long ago, one of them broken."""
    for name, content in {"orders": ORDERS, "items": ORDERS.replace("orders", "items"), "broken": "a: ["}.items():
        path = directory / f"{name}.yaml"
        path.write_text(content)
        age(path)
    return directory


def age(path: Path, *, seconds: int = 3600) -> None:
    then = path.stat().st_mtime_ns - seconds * 1_000_000_000
    os.utime(path, ns=(then, then))


def cache_file(cache_directory: Path) -> Path:
    (found,) = cache_directory.iterdir()
    return found


def content_of(loaded: LoadedConnection) -> tuple[object, ...]:
    return loaded.sources, loaded.problems


def rewrite(cached: Path, change) -> None:
    """Change the content of a cache file and make its digest true again."""
    content = json.loads(cached.read_bytes().partition(b"\n")[2])
    change(content)
    body = json.dumps(content).encode()
    cached.write_bytes(hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)


def settle(cache_directory: Path) -> None:
    """As if the files had been still for an hour when they were read."""

    def read_later(content: dict) -> None:
        for row in content["files"].values():
            row["readNs"] += 3600 * 1_000_000_000

    rewrite(cache_file(cache_directory), read_later)


def test_the_cache_changes_nothing_but_the_time(connection: Path, cache_directory: Path) -> None:
    plain = load_connection(connection)
    first = load_connection(connection, cache_directory=cache_directory)
    second = load_connection(connection, cache_directory=cache_directory)
    assert content_of(plain) == content_of(first) == content_of(second)
    assert second.problems


def test_an_unchanged_file_is_not_opened(
    connection: Path, cache_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = content_of(load_connection(connection, cache_directory=cache_directory))
    settle(cache_directory)
    monkeypatch.delattr("semantic_layer.loader.cache.read_bytes")
    assert content_of(load_connection(connection, cache_directory=cache_directory)) == expected


def test_loading_from_the_cache_imports_neither_yaml_nor_the_type_parser(
    connection: Path, cache_directory: Path
) -> None:
    load_connection(connection, cache_directory=cache_directory)
    program = (
        "import sys; from pathlib import Path; import semantic_layer.loader as l; before = set(sys.modules);"
        "l.load_connection(Path(sys.argv[1]), cache_directory=Path(sys.argv[2]));"
        "print(sorted(name for name in set(sys.modules) - before if name in ('yaml', 'sqlglot')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(connection), str(cache_directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_change_of_any_kind_is_seen(connection: Path, cache_directory: Path) -> None:
    def load() -> LoadedConnection:
        return load_connection(connection, cache_directory=cache_directory)

    load()
    (connection / "orders.yaml").write_text(ORDERS.replace("orders", "ORDERS"))
    assert names(load()) == ["ORDERS", "items"]
    (connection / "items.yaml").unlink()
    assert names(load()) == ["ORDERS"]
    (connection / "new.yml").write_text(ORDERS.replace("orders", "new"))
    assert names(load()) == ["ORDERS", "new"]
    (connection / "new.yml").rename(connection / "renamed.yml")
    assert names(load()) == ["ORDERS", "new"]
    (connection / "broken.yaml").write_text("")
    assert load().problems == ()


def test_a_change_that_keeps_size_and_time_is_seen(connection: Path, cache_directory: Path) -> None:
    path = connection / "orders.yaml"
    load_connection(connection, cache_directory=cache_directory)
    settle(cache_directory)
    before = path.stat()
    path.write_text(ORDERS.replace("orders", "ordres"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert names(load_connection(connection, cache_directory=cache_directory)) == ["items", "ordres"]


def test_a_write_in_the_same_tick_of_the_clock_is_seen(connection: Path, cache_directory: Path) -> None:
    """A coarse clock shows two writes as one: a file that was just written is compared by its content."""
    path = connection / "orders.yaml"
    path.write_text(ORDERS)
    load_connection(connection, cache_directory=cache_directory)
    cached = cache_file(cache_directory)
    path.write_text(ORDERS.replace("orders", "ordres"))
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns]
    rewrite(cached, lambda content: content["files"]["orders.yaml"].update(stamp=stamp, readNs=status.st_mtime_ns + 1))
    assert names(load_connection(connection, cache_directory=cache_directory)) == ["items", "ordres"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: b"\x00" * len(content),
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"orders", b"odrers"),
        lambda content: content + b" ",
        lambda _: b"{}",
        lambda _: b"\n[]",
    ],
    ids=["empty", "zeroes", "cut", "changed", "longer", "other json", "no digest"],
)
def test_a_damaged_cache_is_rebuilt_without_a_word(connection: Path, cache_directory: Path, damage) -> None:
    expected = content_of(load_connection(connection, cache_directory=cache_directory))
    cached = cache_file(cache_directory)
    sound = cached.read_bytes()
    cached.write_bytes(damage(sound))
    assert content_of(load_connection(connection, cache_directory=cache_directory)) == expected
    assert cached.read_bytes().partition(b"\n")[2][:40] == sound.partition(b"\n")[2][:40]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(schemaVersion=0),
        lambda content: content.update(code="of another version"),
        lambda content: content.clear(),
    ],
    ids=["another schema", "other code", "nothing"],
)
def test_a_cache_of_another_version_is_not_believed(connection: Path, cache_directory: Path, change) -> None:
    load_connection(connection, cache_directory=cache_directory)
    cached = cache_file(cache_directory)

    def spoil(content: dict) -> None:
        content["files"]["orders.yaml"]["document"]["name"] = "from the cache"
        change(content)

    rewrite(cached, spoil)
    assert names(load_connection(connection, cache_directory=cache_directory)) == ["items", "orders"]


def test_a_cache_that_cannot_be_written_is_done_without(connection: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert names(load_connection(connection, cache_directory=tmp_path / "file" / "cache")) == ["items", "orders"]


def test_no_staging_file_stays_behind(connection: Path, cache_directory: Path) -> None:
    for _ in range(3):
        load_connection(connection, cache_directory=cache_directory)
    assert len(list(cache_directory.iterdir())) == 1


def test_two_connections_share_a_cache_directory(connection: Path, cache_directory: Path) -> None:
    other = connection.parent / "other"
    other.mkdir()
    (other / "orders.yaml").write_text(ORDERS.replace("orders", "others"))
    for _ in range(2):
        assert names(load_connection(connection, cache_directory=cache_directory)) == ["items", "orders"]
        assert names(load_connection(other, cache_directory=cache_directory)) == ["others"]


def test_changing_a_loaded_source_does_not_change_the_next_load(connection: Path, cache_directory: Path) -> None:
    first = load_connection(connection, cache_directory=cache_directory)
    first.sources[0]["columns"] = []
    assert load_connection(connection, cache_directory=cache_directory).sources[0]["columns"]
