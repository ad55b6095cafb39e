"""The software bill of materials, in CycloneDX: what is in the package, and what it installs, each with its hashes.

Format: CycloneDX 1.6, JSON. The same sources give the same bytes: there is no time in it, and its serial number is made
from what it says.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from scripts.release.checksums import sha256_of
from scripts.release.locked import Locked, npm_lock, python_lock
from scripts.release.version import Version

_NAMESPACE = uuid.UUID("5f3a3c86-2c8b-5d8e-9b8e-0b6f3c1c9d5a")
LICENSE = "Apache-2.0"


def bill_of_materials(*, version: Version, checkout: Path, tarball: Path, wheel: Path) -> str:
    """The document of a release. `tarball` is the npm package, `wheel` what it carries."""
    bom = Bom(version=1)
    # The library takes it, and writes none then.
    bom.metadata.timestamp = None  # type: ignore[assignment]
    package = _ours(ComponentType.APPLICATION, "npm", "@kaelio/ktx", version.npm, tarball)
    distribution = _ours(ComponentType.LIBRARY, "pypi", "kaelio-ktx", version.python, wheel)
    uv = _uv(checkout / "ktx_runtime" / "locks" / "uv.json")
    locked = list(_distributions(checkout / "ktx_runtime" / "locks"))
    tools = [_tool(one) for one in npm_lock(checkout / "npm" / "package-lock.json")]
    bom.metadata.component = package
    for component in (distribution, uv, *locked, *tools):
        bom.components.add(component)
    bom.register_dependency(package, [distribution, uv])
    bom.register_dependency(distribution, locked)
    return _text(bom, serial_number=uuid.uuid5(_NAMESPACE, _text(bom, serial_number=_NAMESPACE)))


def _ours(kind: ComponentType, registry: str, name: str, version: str, file: Path) -> Component:
    return _component(
        kind=kind,
        registry=registry,
        locked=Locked(name, version, sha256=(sha256_of(file),), license=LICENSE),
    )


def _distributions(locks: Path) -> Iterator[Component]:
    """Every distribution that a lock names, with the locks that name it."""
    named: dict[tuple[str, str], tuple[Locked, list[str]]] = {}
    for file in sorted(locks.glob("*.lock")):
        for one in python_lock(file):
            named.setdefault((one.name, one.version), (one, []))[1].append(file.stem)
    for one, names in named.values():
        # One file of many is installed, depending on the machine: its hash is one of these.
        files = [Property(name="ktx:file:sha256", value=value) for value in one.sha256]
        properties = [Property(name="ktx:lock", value=name) for name in names] + files
        if one.marker:
            properties.append(Property(name="ktx:marker", value=one.marker))
        hashes = one.sha256 if len(one.sha256) == 1 else ()
        yield _component(
            kind=ComponentType.LIBRARY,
            registry="pypi",
            locked=Locked(one.name, one.version, sha256=tuple(hashes)),
            properties=properties,
        )


def _uv(pins: Path) -> Component:
    """uv, which is fetched where there is none."""
    described = json.loads(pins.read_text(encoding="utf-8"))
    files = [Property(name="ktx:file:sha256", value=wheel["sha256"]) for wheel in described["wheels"].values()]
    return _component(
        kind=ComponentType.APPLICATION,
        registry="pypi",
        locked=Locked("uv", described["version"]),
        scope=ComponentScope.OPTIONAL,
        properties=files,
    )


def _tool(one: Locked) -> Component:
    """What the launcher is built with: nothing of it is in the package but what esbuild writes."""
    return _component(kind=ComponentType.LIBRARY, registry="npm", locked=one, scope=ComponentScope.EXCLUDED)


def _component(
    *,
    kind: ComponentType,
    registry: str,
    locked: Locked,
    scope: ComponentScope = ComponentScope.REQUIRED,
    properties: Iterable[Property] = (),
) -> Component:
    namespace, _, name = locked.name.rpartition("/")
    purl = PackageURL(registry, namespace or None, name, locked.version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=value) for value in locked.sha256]
    if locked.sha512:
        hashes.append(HashType(alg=HashAlgorithm.SHA_512, content=locked.sha512))
    return Component(
        type=kind,
        bom_ref=purl.to_string(),
        group=namespace or None,
        name=name,
        version=locked.version,
        scope=scope,
        hashes=hashes,
        licenses=[LicenseFactory().make_from_string(locked.license)] if locked.license else (),
        purl=purl,
        properties=properties,
    )


def _text(bom: Bom, *, serial_number: uuid.UUID) -> str:
    bom.serial_number = serial_number
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string()
    return json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
