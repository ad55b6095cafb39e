"""A version as npm says it and as Python says it, and the one file where it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.release.refusal import ReleaseRefused

FILE = Path("ktx_runtime", "version.py")
"""Below the checkout."""

_WRITTEN = re.compile(r'^VERSION = "(?P<version>[^"]*)"$', re.MULTILINE)
_NUMBER = r"(?:0|[1-9]\d*)"
_NPM = re.compile(rf"(?P<release>{_NUMBER}\.{_NUMBER}\.{_NUMBER})(?:-rc\.(?P<candidate>{_NUMBER}))?")
_PYTHON = re.compile(rf"(?P<release>{_NUMBER}\.{_NUMBER}\.{_NUMBER})(?:rc(?P<candidate>{_NUMBER}))?")


@dataclass(frozen=True, slots=True)
class Version:
    """A release, or the candidate of one. Nothing else is ever published: no two spellings of one version."""

    release: str
    candidate: int | None

    @classmethod
    def from_npm(cls, text: str) -> Version:
        """From `1.2.3` or `1.2.3-rc.4`."""
        return cls._read(_NPM, text)

    @classmethod
    def from_python(cls, text: str) -> Version:
        """From `1.2.3` or `1.2.3rc4`."""
        return cls._read(_PYTHON, text)

    @classmethod
    def _read(cls, pattern: re.Pattern[str], text: str) -> Version:
        found = pattern.fullmatch(text)
        if found is None:
            raise ReleaseRefused(f"not a version: {text or 'nothing'}", hint="write x.y.z or x.y.z-rc.n")
        candidate = found["candidate"]
        return cls(found["release"], None if candidate is None else int(candidate))

    @property
    def npm(self) -> str:
        return self.release if self.candidate is None else f"{self.release}-rc.{self.candidate}"

    @property
    def python(self) -> str:
        return self.release if self.candidate is None else f"{self.release}rc{self.candidate}"

    @property
    def tag(self) -> str:
        """The tag of the commit that it is made from."""
        return f"v{self.npm}"

    @property
    def channel(self) -> str:
        """npm's dist-tag: a candidate is nobody's default."""
        return "latest" if self.candidate is None else "next"


def written_version(checkout: Path) -> Version:
    """What the checkout's sources say."""
    return Version.from_python(_find(checkout)["version"])


def stamp(checkout: Path, version: Version) -> bool:
    """Write it; whether that changed anything."""
    file = checkout / FILE
    found = _find(checkout)
    if found["version"] == version.python:
        return False
    text = found.string
    start, end = found.span("version")
    file.write_text(f"{text[:start]}{version.python}{text[end:]}", encoding="utf-8", newline="\n")
    return True


def _find(checkout: Path) -> re.Match[str]:
    found = _WRITTEN.search((checkout / FILE).read_text(encoding="utf-8"))
    if found is None:
        raise ReleaseRefused(f"{FILE.as_posix()} names no version", hint='it has to say: VERSION = "x.y.z"')
    return found
