"""The wheel that this very process was installed from, made again from the installed files.

Installers unpack a wheel and throw it away. RECORD names every file of it with its hash, so the wheel can be put
together again: the same content, checked file by file, in a fixed order with fixed times.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import zipfile
from pathlib import Path

from ktx_runtime.api.errors import KtxError

DISTRIBUTION = "kaelio-ktx"
# What installers add to the dist-info folder.
_INSTALLERS = frozenset({"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json", "uv_build.json"})
_OLDEST_TIME = (1980, 1, 1, 0, 0, 0)


def rebuild_own_wheel(directory: Path) -> Path:
    """Write the wheel of our own distribution into `directory`.

    Raises `KtxError` with code `no-wheel` where our code is not what an installer unpacked.
    """
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise _no_wheel("it was not installed from one") from None
    if _is_editable(distribution):
        raise _no_wheel("it is an editable install")
    contents = dict(_contents(distribution))
    name = f"{DISTRIBUTION.replace('-', '_')}-{distribution.version}"
    directory.mkdir(parents=True, exist_ok=True)
    wheel = directory / f"{name}-py3-none-any.whl"
    record = f"{name}.dist-info/RECORD"
    rows = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in sorted(contents.items())]
    contents[record] = "".join(f"{row}\n" for row in [*rows, f"{record},,"]).encode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(contents, key=lambda path: (path == record, path)):
            entry = zipfile.ZipInfo(path, _OLDEST_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[path])
    return wheel


def own_record() -> frozenset[tuple[str, str]]:
    """Path and hash of each file of our own distribution, as it was installed; empty where that is unknown."""
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return frozenset()
    return frozenset((file.as_posix(), file.hash.value) for file in distribution.files or () if file.hash)


def _contents(distribution: importlib.metadata.Distribution) -> list[tuple[str, bytes]]:
    contents = []
    for file in distribution.files or ():
        in_dist_info = file.parent.name.endswith(".dist-info")
        if ".." in file.parts or "__pycache__" in file.parts or (in_dist_info and file.name in _INSTALLERS):
            continue
        content = Path(str(file.locate())).read_bytes()
        if file.hash is not None and _digest(content) != file.hash.value:
            raise _no_wheel(f"{file} was changed after it was installed")
        contents.append((file.as_posix(), content))
    return contents


def _digest(content: bytes) -> str:
    """As RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")


def _is_editable(distribution: importlib.metadata.Distribution) -> bool:
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    return bool(origin.get("dir_info", {}).get("editable"))


def _no_wheel(reason: str) -> KtxError:
    return KtxError(
        f"this ktx has no wheel to build its runtime from: {reason}",
        code="no-wheel",
        hint="build one (python -m build --wheel) and name it in KTX_WHEEL",
    )
