"""uv is fetched with pip: the user's settings of where from are heeded, and none of what else pip should do."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ktx_runtime.install.fetch_uv import fetch_uv
from ktx_runtime.install.host import Host, this_host
from ktx_runtime.install.uv import PackageSource
from ktx_runtime.install.uv_pins import UvExecutable, UvPin
from ktx_runtime.version import VERSION
from tests.runtime.small_wheel import BuiltWheel, WheelBuilder

PROGRAM = "#!/bin/sh\necho 'uv 9.9.9'\n"


@pytest.fixture
def wheel(tmp_path: Path) -> BuiltWheel:
    builder = WheelBuilder("uv", "9.9.9")
    builder.add("uv-9.9.9.data/scripts/uv", PROGRAM)
    return builder.write(tmp_path / "links")


@pytest.fixture
def pin(wheel: BuiltWheel) -> UvPin:
    executable = UvExecutable("uv-9.9.9.data/scripts/uv", hashlib.sha256(PROGRAM.encode()).hexdigest(), len(PROGRAM))
    return UvPin(wheel.path.name, wheel.sha256, wheel.path.stat().st_size, executable)


@pytest.fixture
def host(tmp_path: Path, wheel: BuiltWheel) -> Host:
    variables = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "KTX_RUNTIME_ROOT": str(tmp_path / "root")}
    where = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.path.parent), "KTX_BASE_PYTHON": sys._base_executable}
    (tmp_path / "root").mkdir()
    return this_host(variables | where, cli_version=VERSION)


HOSTILE = {
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_PLATFORM": "win_amd64",
    "PIP_PYTHON_VERSION": "2.7",
    "PIP_PYTHON": "/nonexistent/python",
    "PIP_REQUIREMENT": "/nonexistent",
    "PIP_CONSTRAINT": "/nonexistent",
    "PIP_TARGET": "/nonexistent",
    "PIP_USER": "1",
    "PIP_NO_BINARY": ":all:",
    "PIP_LOG": "/nonexistent/log",
}


def test_what_pip_should_do_otherwise_is_not_heeded(host: Host, pin: UvPin, tmp_path: Path) -> None:
    hostile = replace(host, environment=dict(host.environment) | HOSTILE)
    target = tmp_path / "own" / "uv"
    fetch_uv(target, pin=pin, version="9.9.9", host=hostile, source=PackageSource())
    assert target.read_text() == PROGRAM


def test_a_configuration_that_wants_virtual_environments_only_is_no_hindrance(
    host: Host, pin: UvPin, wheel: BuiltWheel, tmp_path: Path
) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        f"[global]\nrequire-virtualenv = true\nno-index = true\nfind-links = {wheel.path.parent}\n"
        "[install]\nuser = true\ntarget = /nonexistent\n"
    )
    gone = {"PIP_NO_INDEX", "PIP_FIND_LINKS"}
    kept = {key: value for key, value in host.environment.items() if key not in gone}
    configured = replace(host, environment=kept | {"PIP_CONFIG_FILE": str(configuration)})
    target = tmp_path / "own" / "uv"
    fetch_uv(target, pin=pin, version="9.9.9", host=configured, source=PackageSource())
    assert target.read_text() == PROGRAM
