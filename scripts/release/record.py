"""`release.json`: what a release was made from, beside the files of the release."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.release.version import Version

NAME = "release.json"


def release_directory(checkout: Path, version: Version) -> Path:
    """Where the files of a release lie."""
    return checkout / "build" / "release" / version.npm


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """`commit` is None where the sources were in no repository, `changed` what differed from the commit."""

    version: str
    tarball: str
    commit: str | None
    changed: tuple[str, ...]

    def write(self, directory: Path) -> None:
        text = json.dumps({"schemaVersion": 1, **asdict(self)}, indent=2) + "\n"
        (directory / NAME).write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, directory: Path) -> ReleaseRecord:
        fields = json.loads((directory / NAME).read_text(encoding="utf-8"))
        if fields.pop("schemaVersion") != 1:
            raise ValueError(f"{NAME} is of another schema")
        return cls(**{**fields, "changed": tuple(fields["changed"])})
