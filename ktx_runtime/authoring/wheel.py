"""The wheel of a plugin: what it is called, what it provides, and what is wrong with it. Nothing of it is run."""

from __future__ import annotations

import configparser
import email.parser
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from ktx_runtime.api import DATABASE_DRIVERS
from ktx_runtime.authoring.finding import Finding, failure, warning
from ktx_runtime.registry.discovery import ENTRY_POINT_GROUP, OUR_DISTRIBUTION

_EVERYBODYS = frozenset({"tests", "test", "docs", "examples", "src"})


@dataclass(frozen=True, slots=True)
class PluginWheel:
    """`packages` are the top-level names that it puts on the import path; names of extras are normalised."""

    path: Path
    distribution: str
    version: str
    extras: frozenset[str]
    plugins: frozenset[str]
    drivers: frozenset[str]
    packages: frozenset[str]

    def requirement(self, extras: Sequence[str] = ()) -> str:
        """This wheel as a PEP 508 requirement."""
        brackets = f"[{','.join(extras)}]" if extras else ""
        return f"{self.distribution}{brackets} @ {self.path.as_uri()}"


def read_plugin_wheel(path: Path) -> PluginWheel:
    """Read the wheel at `path`. Raises ValueError with the reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path.absolute())
    except (OSError, zipfile.BadZipFile, KeyError, configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(str(error) or type(error).__name__) from error


def _read(archive: zipfile.ZipFile, path: Path) -> PluginWheel:
    names = archive.namelist()
    info = next((name.split("/")[0] for name in names if name.split("/")[0].endswith(".dist-info")), None)
    if info is None:
        raise ValueError("it has no .dist-info")
    metadata = email.parser.BytesParser().parsebytes(archive.read(f"{info}/METADATA"), headersonly=True)
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str  # type: ignore[assignment,method-assign] # names keep their case
    if f"{info}/entry_points.txt" in names:
        points.read_string(archive.read(f"{info}/entry_points.txt").decode("utf-8"))
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith((".dist-info", ".data"))}
    return PluginWheel(
        path=path,
        distribution=canonicalize_name(str(metadata["Name"])),
        version=str(metadata["Version"]),
        extras=frozenset(canonicalize_name(str(extra)) for extra in metadata.get_all("Provides-Extra", [])),
        plugins=_section(points, ENTRY_POINT_GROUP),
        drivers=_section(points, DATABASE_DRIVERS),
        packages=frozenset(top.removesuffix(".py") for top in tops),
    )


def _section(points: configparser.ConfigParser, name: str) -> frozenset[str]:
    return frozenset(points[name]) if points.has_section(name) else frozenset()


def wheel_findings(wheel: PluginWheel, *, own: PluginWheel) -> Iterator[Finding]:
    """What is wrong with the wheel as it was built; `own` is ktx's."""
    if wheel.distribution == OUR_DISTRIBUTION:
        yield failure(f"the distribution has ktx's own name: {wheel.distribution}", "call it something else")
    if not wheel.plugins:
        yield failure(
            f"the wheel has no entry point in {ENTRY_POINT_GROUP}, so ktx cannot find it",
            f'add to pyproject.toml: [project.entry-points."{ENTRY_POINT_GROUP}"] name = "package.plugin"',
        )
    if not wheel.packages:
        yield failure("the wheel holds no code", "tell the build tool which packages belong into it")
    for package in sorted(wheel.packages & own.packages):
        yield failure(f"the wheel would overwrite ktx's own package {package}", "call the package something else")
    for package in sorted(wheel.packages & _EVERYBODYS):
        yield warning(
            f"the wheel puts a package called {package} where everybody imports from",
            "leave it out of the wheel",
        )
