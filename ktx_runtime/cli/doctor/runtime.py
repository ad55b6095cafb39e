"""The installed runtime: the manifest, the files, the interpreter, the features."""

from __future__ import annotations

import base64
import csv
import hashlib
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.cli.doctor.check import Check, Status, passed
from ktx_runtime.install.host import Host
from ktx_runtime.install.log import InstallLog
from ktx_runtime.install.smoke import run_check, run_smoke_checks
from ktx_runtime.process import run_program
from ktx_runtime.registry import read_catalogue
from ktx_runtime.registry.discovery import NO_PLUGINS_VARIABLE
from ktx_runtime.state.manifest import InstalledPlugin, Manifest

TIMEOUT_SECONDS = 30.0
NAMED_FILES = 3


def check_interpreter(manifest: Manifest, host: Host) -> Check:
    """Does the environment's interpreter run?"""
    executable = manifest.python.executable
    fix = f"run: {host.command('runtime', 'doctor', '--fix')}"
    try:
        done = run_program(
            [executable, "-I", "-c", "import sys; print(sys.prefix)"],
            environment=host.clean_environment(),
            directory=host.paths.root,
            timeout_seconds=TIMEOUT_SECONDS,
            on_line=lambda line: None,  # noqa: ARG005 - nobody listens
        )
    except OSError as error:
        return Check("interpreter", Status.FAIL, f"{executable}: {error.strerror}", fix, repairable=True)
    if not done.succeeded:
        return Check("interpreter", Status.FAIL, f"{executable} {done.how()}", fix, repairable=True)
    return passed("interpreter", f"{manifest.python.version} {executable}")


def check_files(manifest: Manifest, host: Host) -> Check:
    """Is every installed file what its distribution's RECORD says?"""
    environment = host.paths.environment(manifest.generation)
    records = sorted(environment.glob("**/site-packages/*.dist-info/RECORD"))
    wrong = [path for record in records for path in _wrong_files(record)]
    if not records:
        wrong = [environment]
    if not wrong:
        return passed("files", f"{len(records)} distributions are whole")
    named = ", ".join(str(path.relative_to(environment)) for path in wrong[:NAMED_FILES])
    fix = f"run: {host.command('runtime', 'doctor', '--fix')}"
    return Check("files", Status.FAIL, f"{len(wrong)} files are missing or changed: {named}", fix, repairable=True)


def _wrong_files(record: Path) -> list[Path]:
    wrong = []
    with record.open(encoding="utf-8", newline="") as stream:
        for name, digest, *_ in csv.reader(stream):
            algorithm, _, wanted = digest.partition("=")
            path = record.parent.parent / name
            if algorithm == "sha256" and _sha256(path) != wanted:
                wrong.append(path)
    return wrong


def _sha256(path: Path) -> str | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")


def check_features(manifest: Manifest, host: Host, log: InstallLog) -> list[Check]:
    """Do the features work? Their own smoke checks say, and then their checks for the doctor."""
    fix = f"run: {host.command('runtime', 'doctor', '--fix')}"
    try:
        catalogue = read_catalogue(host.paths.catalogue_file(manifest.generation))
    except KtxError as error:
        return [Check("catalogue", Status.FAIL, error.message, fix, repairable=True)]
    entries = [catalogue.feature(name) for name in manifest.feature_names()]
    features = [entry.feature for entry in entries if entry is not None]
    checks = []
    python = Path(manifest.python.executable)
    for checked in run_smoke_checks(features, python=python, host=host, log=log):
        name = f"feature {checked.feature}"
        failure = checked.failure
        if failure is None:
            checks.append(passed(name, f"{len(checked.results)} checks passed"))
        else:
            checks.append(Check(name, Status.FAIL, f"{failure.name}: {failure.detail}", fix, repairable=True))
    for feature in features:
        for check in feature.doctor_checks:
            result = run_check(check, python, host, log)
            name = f"{feature.name} {check.name}"
            # What a plugin wants to have looked at is no damage of ours: a new generation would not mend it.
            failed = Check(name, Status.FAIL, result.detail or "it failed", check.fix)
            checks.append(passed(name, check.summary) if result.status == "passed" else failed)
    return checks


def check_plugins(manifest: Manifest, host: Host) -> list[Check]:
    """Does every plugin declare what can be understood?"""
    return [
        Check(
            f"plugin {plugin.name}",
            Status.WARN,
            f"{plugin.distribution} {plugin.version}: {plugin.reason}",
            _way_out(plugin, host),
        )
        for plugin in manifest.plugins
        if plugin.state != "ok"
    ]


def _way_out(plugin: InstalledPlugin, host: Host) -> str:
    if plugin.state == "blocked":
        again = host.command("runtime", "install", "--force", "--yes")
        return f"unset {NO_PLUGINS_VARIABLE}, then run: {again}"
    return f"mend it, or run: {host.command('runtime', 'plugins', 'remove', plugin.distribution, '--yes')}"
