"""The demo's files: what they are called and what is in them, on SQLite. `other_files` has them for other drivers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ktx_core.demo.readme import readme
from ktx_core.demo.shop import CONTENT_DIGEST, build_database, content_digest, grow_tables

DATABASE = "shop.db"
PROJECT_FILE = "ktx.yaml"
CONNECTION = "shop"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The text files by relative path with `/`. The database, the one file that is not text, is grown, not kept."""

    texts: Mapping[str, bytes]

    @property
    def database_name(self) -> str:
        """The name of the database file."""
        return DATABASE

    @property
    def names(self) -> tuple[str, ...]:
        """Every file, the project file last: with it the directory is a project."""
        return (self.database_name, *sorted(set(self.texts) - {PROJECT_FILE}), PROJECT_FILE)

    def is_unchanged(self, name: str, directory: Path) -> bool:
        """Whether the file `name` in `directory` still says what the demo wrote. The database's pages may differ."""
        if name == self.database_name:
            return self.has_the_shop(directory / name)
        # A checkout may have turned the line ends into Windows'.
        return (directory / name).read_bytes().replace(b"\r\n", b"\n") == self.texts[name]

    def write(self, name: str, directory: Path) -> None:
        """Write the file `name` below `directory`, which exists."""
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == self.database_name:
            self.write_the_shop(target)
        else:
            target.write_bytes(self.texts[name])

    def has_the_shop(self, file: Path) -> bool:
        """Whether what is in the database is what the demo wrote."""
        return content_digest(file) == CONTENT_DIGEST

    def write_the_shop(self, file: Path) -> None:
        """Write the database."""
        build_database(file, grow_tables())


def demo_files() -> DemoFiles:
    """The files that ship with this version."""
    root = files("ktx_core.demo") / "project"
    texts = {name: content.replace(b"\r\n", b"\n") for name, content in _read(root, "")}
    return DemoFiles({**texts, "README.md": readme().encode()})


def _read(directory: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in directory.iterdir():
        if entry.is_dir():
            yield from _read(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"{prefix}{entry.name}", entry.read_bytes()
