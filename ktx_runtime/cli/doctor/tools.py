"""uv, the interpreter to build from, and the wheel."""

from __future__ import annotations

from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.install.find_uv import BOOTSTRAP_VARIABLE, present_uv
from ktx_runtime.install.host import Host
from ktx_runtime.install.interpreter import base_interpreter
from ktx_runtime.install.promise import WHEEL_VARIABLE, file_sha256, promised_sha256
from ktx_runtime.state.manifest import Manifest


def check_uv(host: Host) -> Check:
    """Is there a uv, or could one be fetched?"""
    try:
        found = present_uv(host)
    except KtxError as error:
        return Check("uv", Status.FAIL, error.message, error.hint)
    if found is not None:
        return passed("uv", str(found))
    if host.environment.get(BOOTSTRAP_VARIABLE) == "never":
        return Check("uv", Status.FAIL, f"there is none, and {BOOTSTRAP_VARIABLE}=never", "run: pip install uv")
    return Check("uv", Status.WARN, "there is none; the next install fetches one")


def check_base_python(host: Host) -> Check:
    """Does the interpreter run that environments are built from?"""
    try:
        found = base_interpreter(host)
    except KtxError as error:
        return Check("python", Status.FAIL, error.message, error.hint)
    return passed("python", f"{found.version} {found.executable}")


def check_wheel(host: Host, manifest: Manifest | None) -> Check:
    """Is the wheel of the runtime what it should be?"""
    try:
        from ktx_runtime.install.wheel_source import kept_wheel, named_wheel  # noqa: PLC0415 - see below
    except ModuleNotFoundError:
        # Nothing is installed yet, and we run from the wheel itself.
        return _check_bytes(Path(host.environment.get(WHEEL_VARIABLE, "")), promised_sha256(host.environment))
    try:
        wheel = named_wheel(host) or kept_wheel(host.paths, manifest)
    except KtxError as error:
        return Check("wheel", Status.FAIL, error.message, error.hint)
    if wheel is None:
        return Check("wheel", Status.WARN, f"none is kept, and {WHEEL_VARIABLE} names none; it is made again if needed")
    return passed("wheel", f"{wheel.path.name} {wheel.sha256[:12]}")


def _check_bytes(wheel: Path, promised: str | None) -> Check:
    if not wheel.is_file():
        return Check("wheel", Status.WARN, f"{WHEEL_VARIABLE} names none")
    found = file_sha256(wheel)
    if found != promised:
        return Check("wheel", Status.FAIL, f"{wheel.name} was altered: its sha256 is {found}", "install ktx again")
    return passed("wheel", f"{wheel.name} {found[:12]}")
