"""Which uv to use: the one named, the one on PATH, our own copy, or one fetched now."""

from __future__ import annotations

import os
import platform as machine
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.fetch_uv import UvUnavailable, fetch_uv
from ktx_runtime.install.host import Host, this_machine
from ktx_runtime.install.promise import file_sha256
from ktx_runtime.install.uv import PackageSource, UvProgram, parse_version, uv_version
from ktx_runtime.install.uv_pins import UvPin, UvPins, read_pins

UV_VARIABLE = "KTX_UV"
BOOTSTRAP_VARIABLE = "KTX_UV_BOOTSTRAP"


def find_uv(host: Host, *, source: PackageSource, say: Callable[[str], None]) -> UvProgram:
    """A uv that runs and is new enough.

    Raises `KtxError` with code `uv-unusable` (the one named by `KTX_UV`) or `uv-missing`, whose hint says how to
    install uv and how to try again.
    """
    pins = read_pins()
    found = _given(pins, host)
    if found:
        return found
    own = _own_copy(pins, host)
    try:
        pin = _pin(pins, host)
        if not _is_intact(own, pin):
            _demand_permission(host)
            say(f"fetching uv {pins.version} ({pin.size / 1e6:.0f} MB)")
            fetch_uv(own, pin=pin, version=pins.version, host=host, source=source)
    except UvUnavailable as error:
        raise _missing(str(error), host, pins) from error
    found = _usable(own, pins, host, origin="our own copy")
    if found is None:
        raise _missing(f"our own copy does not run: {own}", host, pins)
    return found


def present_uv(host: Host) -> UvProgram | None:
    """A uv that can be used as things are, without fetching one. Raises `KtxError` with code `uv-unusable`."""
    pins = read_pins()
    found = _given(pins, host)
    own = _own_copy(pins, host)
    pin = pins.wheels.get(platform_tag(host.platform))
    if found is None and pin is not None and _is_intact(own, pin):
        return _usable(own, pins, host, origin="our own copy")
    return found


def pinned_wheel(host: Host) -> tuple[str, UvPin]:
    """Version and wheel of the uv that is fetched on this platform. Raises `KtxError` with code `uv-missing`."""
    pins = read_pins()
    try:
        return pins.version, _pin(pins, host)
    except UvUnavailable as error:
        raise _missing(str(error), host, pins) from error


def _given(pins: UvPins, host: Host) -> UvProgram | None:
    """The uv that `KTX_UV` names, or the one on PATH."""
    named = host.environment.get(UV_VARIABLE)
    if named:
        return _named(Path(named), pins, host)
    found = (_usable(file, pins, host, origin="PATH") for file in _on_path(host))
    return next((uv for uv in found if uv is not None), None)


def _on_path(host: Host) -> Iterator[Path]:
    """Every uv on PATH, in its order. What an empty or relative entry leads to is not ours to run."""
    for directory in host.environment.get("PATH", "").split(os.pathsep):
        file = shutil.which("uv", path=directory) if Path(directory).is_absolute() else None
        if file is not None:
            yield Path(file)


def _own_copy(pins: UvPins, host: Host) -> Path:
    return host.paths.uv_directory / pins.version / ("uv.exe" if host.platform == "win32" else "uv")


def _named(executable: Path, pins: UvPins, host: Host) -> UvProgram:
    found = _usable(executable.absolute(), pins, host, origin=UV_VARIABLE)
    if found is None:
        raise KtxError(
            f"{UV_VARIABLE} names no uv of version {pins.minimum} or later: {executable}",
            code="uv-unusable",
            hint=f"unset {UV_VARIABLE}, or set it to the absolute path of a newer uv",
        )
    return found


def _usable(executable: Path, pins: UvPins, host: Host, *, origin: str) -> UvProgram | None:
    version = uv_version(executable, host.environment)
    if version is None or version < parse_version(pins.minimum):
        return None
    return UvProgram(executable, version, origin)


def _is_intact(executable: Path, pin: UvPin) -> bool:
    """Whether our copy is what is pinned, whoever put it there."""
    try:
        return file_sha256(executable) == pin.executable.sha256
    except OSError:
        return False


def _demand_permission(host: Host) -> None:
    if host.environment.get(BOOTSTRAP_VARIABLE) == "never":
        raise UvUnavailable(f"fetching it is forbidden: {BOOTSTRAP_VARIABLE}=never")


def _pin(pins: UvPins, host: Host) -> UvPin:
    tag = platform_tag(host.platform)
    if tag not in pins.wheels:
        raise UvUnavailable(f"there is none to fetch for this platform: {tag}")
    return pins.wheels[tag]


def platform_tag(platform: str) -> str:
    """The key of this machine in the pins: `linux-x86_64`, `linux-x86_64-musl`, `macos-aarch64`, …"""
    systems = {"darwin": "macos", "win32": "windows"}
    tag = f"{systems.get(platform, platform)}-{this_machine()}"
    is_musl = platform == "linux" and machine.libc_ver()[0] != "glibc"
    return f"{tag}-musl" if is_musl else tag


def _missing(reason: str, host: Host, pins: UvPins) -> KtxError:
    passed_over = [str(file) for file in _on_path(host)]
    unfit = f" (older, or not working, and passed over: {', '.join(passed_over)})" if passed_over else ""
    return KtxError(
        f"uv {pins.minimum} or later is needed and not to be had: {reason}{unfit}",
        code="uv-missing",
        hint=f"install uv (pip install uv, pipx install uv, brew install uv), then run: "
        f"{host.command('runtime', 'install', '--yes')}",
    )
