"""Fetch the pinned wheel of uv from the user's package index, check it, and unpack the one program in it."""

from __future__ import annotations

import html
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

from ktx_runtime.install.host import Host
from ktx_runtime.install.pip_settings import with_pip_sources_only
from ktx_runtime.install.promise import file_sha256
from ktx_runtime.install.uv import PackageSource, uv_environment
from ktx_runtime.install.uv_pins import UvPin

PIP_TIMEOUT_SECONDS = 600.0
REQUEST_TIMEOUT_SECONDS = 60.0


class UvUnavailable(Exception):
    """uv cannot be fetched; the text says why."""


def fetch_uv(target: Path, *, pin: UvPin, version: str, host: Host, source: PackageSource) -> None:
    """Put the program at `target`. Raises `UvUnavailable`; `target` then stays as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target.parent) as name:
        staging = Path(name)
        wheel = _obtain(staging, pin=pin, version=version, host=host, source=source)
        if file_sha256(wheel) != pin.sha256:
            raise UvUnavailable(f"what was fetched is not the pinned {pin.file}: sha256 {file_sha256(wheel)}")
        with zipfile.ZipFile(wheel) as archive:
            unpacked = staging / target.name
            unpacked.write_bytes(archive.read(pin.executable.member))
        unpacked.chmod(0o755)
        unpacked.replace(target)


def _obtain(staging: Path, *, pin: UvPin, version: str, host: Host, source: PackageSource) -> Path:
    if source.wheelhouse is not None:
        wheel = source.wheelhouse / pin.file
        if not wheel.is_file():
            raise UvUnavailable(f"the wheelhouse has no {pin.file}: {source.wheelhouse}")
        return wheel
    if source.offline:
        raise UvUnavailable("fetching it needs a network, and --offline forbids one")
    if has_pip(host):
        return _by_pip(staging, pin=pin, version=version, host=host)
    return _by_url(staging, pin=pin, host=host)


def has_pip(host: Host) -> bool:
    """Whether the base interpreter has pip."""
    check = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"
    try:
        done = subprocess.run(
            [str(host.base_python), "-I", "-c", check],
            env=host.clean_environment(),
            cwd=host.paths.root,
            capture_output=True,
            timeout=REQUEST_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _by_pip(staging: Path, *, pin: UvPin, version: str, host: Host) -> Path:
    """pip honours all that pip's settings say of where from: index, proxy, certificates, credentials."""
    requirements = staging / "uv.txt"
    requirements.write_text(f"uv=={version} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
    words = ["download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:"]
    argv = [str(host.base_python), "-I", "-m", "pip", *words, "--require-hashes", "--requirement", str(requirements)]
    try:
        done = subprocess.run(
            [*argv, "--dest", str(staging)],
            env=with_pip_sources_only(host.clean_environment()),
            cwd=host.paths.root,
            capture_output=True,
            text=True,
            timeout=PIP_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UvUnavailable(f"pip could not fetch it: {error}") from error
    if done.returncode != 0 or not (staging / pin.file).is_file():
        last = (done.stderr.strip().splitlines() or ["it brought another file"])[-1]
        raise UvUnavailable(f"pip could not fetch it: {last}")
    return staging / pin.file


def _by_url(staging: Path, *, pin: UvPin, host: Host) -> Path:
    import urllib.parse  # noqa: PLC0415 - uv is rarely fetched, and this takes its time

    settings = uv_environment(host.environment)
    index = settings.get("UV_DEFAULT_INDEX") or settings.get("UV_INDEX_URL")
    if not index:
        raise UvUnavailable(f"no package index is known: UV_DEFAULT_INDEX is not set, and no pip in {host.base_python}")
    page = urllib.parse.urljoin(index.rstrip("/") + "/", "uv/")
    wheel = staging / pin.file
    try:
        listing = _get(page).decode("utf-8", "replace")
        wheel.write_bytes(_get(_link(listing, page, pin.file)))
    except (OSError, ValueError) as error:
        raise UvUnavailable(f"the package index does not give it: {error}") from error
    return wheel


def _get(url: str) -> bytes:
    import urllib.parse  # noqa: PLC0415 - as above
    import urllib.request  # noqa: PLC0415

    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise UvUnavailable("the package index is no web address")
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*"})  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:  # noqa: S310 - checked above
        content: bytes = answer.read()
    return content


def _link(listing: str, page: str, file: str) -> str:
    """The address of `file` in the page of a simple index (PEP 503)."""
    import urllib.parse  # noqa: PLC0415 - as above

    for found in re.finditer(r"""<a\s[^>]*href=["']([^"']+)["']""", listing, re.IGNORECASE):
        address = urllib.parse.urljoin(page, html.unescape(found[1]))
        if urllib.parse.unquote(urllib.parse.urlsplit(address).path).rsplit("/", 1)[-1] == file:
            return address
    raise UvUnavailable(f"the package index lists no {file}")
