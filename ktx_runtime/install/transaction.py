"""An install, from the question to the new manifest. Whatever interrupts it leaves what was there before."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from packaging.version import Version

from ktx_runtime.install.afterwards import said_afterwards
from ktx_runtime.install.agree import Materials, agree_on, gather_materials, plan_with, retry_command, wanted_plugins
from ktx_runtime.install.before import find_before
from ktx_runtime.install.build import build_generation
from ktx_runtime.install.carry_over import CarriedOver, left_behind, notes_of_version_change
from ktx_runtime.install.failure import known_failure, too_little_space
from ktx_runtime.install.find_uv import find_uv
from ktx_runtime.install.host import Host
from ktx_runtime.install.leftovers import drop_leftovers, remove_tree
from ktx_runtime.install.log import InstallLog, open_install_log
from ktx_runtime.install.plan import Plan, generation_id
from ktx_runtime.install.progress import Phase, ProgressEvent, ProgressListener
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.publish import make_manifest, publish
from ktx_runtime.install.ready import Ask, ready_manifest
from ktx_runtime.install.request import InstallRequest
from ktx_runtime.install.root import prepare_root
from ktx_runtime.install.uv import PackageSource, Uv
from ktx_runtime.install.wheel_source import drop_other_wheels, keep_wheel, wheel_to_install
from ktx_runtime.install.workshop import Workshop
from ktx_runtime.state.lock import exclusive
from ktx_runtime.state.manifest import Manifest
from ktx_runtime.state.readiness import Readiness, assess
from ktx_runtime.state.replace import write_json


def install(request: InstallRequest, *, host: Host, ask: Ask, listener: ProgressListener) -> Manifest:
    """Plan, ask, lock, look again, build, prove, publish. Raises `KtxError`."""
    try:
        with _writable_by_its_owner_only():
            return _install(request, host=host, ask=ask, listener=listener)
    except OSError as error:
        raise (known_failure(error, host) or error) from error


@contextmanager
def _writable_by_its_owner_only() -> Iterator[None]:
    """Whatever the user's umask lets others do: nobody else may write what we run later."""
    before = os.umask(0o022)
    os.umask(before | 0o022)
    try:
        yield
    finally:
        os.umask(before)


def _install(request: InstallRequest, *, host: Host, ask: Ask, listener: ProgressListener) -> Manifest:
    found = _assess(host)
    with _staging() as staging:
        materials = agree_on(request, gather_materials(host, found.manifest, staging), found, host=host, ask=ask)
        prepare_root(host)

        def wait() -> None:
            listener(ProgressEvent(phase=Phase.WAIT, message="waiting for another install to end", fraction=0.0))

        with exclusive(host.paths.lock_file, on_wait=wait):
            done_meanwhile = ready_manifest(request, host=host)
            if done_meanwhile is not None:
                return done_meanwhile
            return _install_locked(request, materials, host=host, ask=ask, listener=listener)


@contextmanager
def _staging() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ktx-") as name:
        yield Path(name)


def _assess(host: Host) -> Readiness:
    return assess(host.paths, wheel_sha256=promised_sha256(host.environment))


def _install_locked(
    request: InstallRequest, materials: Materials, *, host: Host, ask: Ask, listener: ProgressListener
) -> Manifest:
    found = _assess(host)
    previous = found.manifest
    drop_leftovers(host.paths, current=previous.generation if previous else None)
    kept = keep_wheel(materials.wheel, host.paths)
    materials = replace(materials, wheel=wheel_to_install(materials.wheel, kept, host))
    plan = plan_with(request, materials, found, host)
    now = datetime.now(UTC)
    with open_install_log(host.paths.logs_directory, now=now) as log:
        shop = _workshop(
            request, plan, found, carried=materials.carried, host=host, log=log, ask=ask, listener=listener
        )
        for note in notes_of_version_change(materials.carried, plan.plugins, host) if materials.carried else ():
            shop.note(note, 0.01)
        _demand_space(request, plan, found, host)
        directory = _free_place(plan, host)
        try:
            built = build_generation(
                plan, directory, shop, own=materials.declarations.own, python_version=materials.python.version
            )
            manifest = make_manifest(
                built,
                plan,
                previous=previous,
                left_behind=left_behind(previous, materials.carried),
                version=materials.python.version,
                host=host,
                log=log,
                now=now,
            )
            shop.tell(Phase.PUBLISH, "publishing", 0.98)
            if request.add_plugin is not None or request.remove_plugin is not None:
                write_json(host.paths.plugins_file, wanted_plugins(request, host))
            publish(manifest, built, previous=previous, paths=host.paths)
        except BaseException as error:
            log.write(f"failed: {type(error).__name__}: {error}")
            if not _is_published(directory, host):
                remove_tree(directory)
            raise
        drop_other_wheels(host.paths, current=kept)
        for line in said_afterwards(built, host=host, log=log):
            shop.note(line, 0.99)
        shop.tell(Phase.DONE, f"ready: {', '.join(manifest.feature_names())}", 1.0)
        return manifest


def _workshop(
    request: InstallRequest,
    plan: Plan,
    found: Readiness,
    *,
    carried: CarriedOver | None,
    host: Host,
    log: InstallLog,
    ask: Ask,
    listener: ProgressListener,
) -> Workshop:
    source = PackageSource(offline=request.options.offline, wheelhouse=request.options.wheelhouse)
    log.write(
        f"installing {', '.join(plan.feature_names)} from {plan.wheel.path} because: {found.reason or 'asked for'}"
    )

    def say(text: str) -> None:
        log.write(text)
        listener(ProgressEvent(phase=Phase.PREPARE, message=text, fraction=0.0))

    if Version(plan.wheel.version) != Version(host.paths.cli_version):
        say(f"this is ktx {host.paths.cli_version} with the wheel of {plan.wheel.version}: installing it as the former")
    program = find_uv(host, source=source, say=say)
    log.write(f"using {program}")
    uv = Uv(program, host.environment, host.paths.root, source)
    asked = {entry.feature.name for entry in plan.features if entry.distribution == plan.wheel.distribution}
    if carried is not None:
        # What was only taken along must not stand in the way of what is wanted now.
        asked -= set(carried.taken)
    added = request.add_plugin
    return Workshop(
        host=host,
        uv=uv,
        log=log,
        listener=listener,
        asked=frozenset(asked | set(request.features)),
        retry=retry_command(request, plan, host),
        answers=request.answers,
        ask=ask,
        asked_plugin=added.distribution if added is not None else None,
        compiled_before=_compiled_before(request, found, host),
        agreed_adjustments=found.manifest.adjustments if found.manifest else (),
    )


def _compiled_before(request: InstallRequest, found: Readiness, host: Host) -> tuple[Path, ...]:
    """Environments whose bytecode may be used again: the one that runs us, and the generation before.

    None for what is built anew because something may be wrong: then nothing of it is taken over.
    """
    if request.options.rebuild:
        return ()
    before = find_before(found.manifest, host.paths)
    return (host.prefix, *((before.catalogue_file.with_name("venv"),) if before else ()))


def _demand_space(request: InstallRequest, plan: Plan, found: Readiness, host: Host) -> None:
    there = set(found.manifest.feature_names()) if found.manifest else set()
    hints = [entry.feature.download for entry in plan.features if entry.feature.name not in there]
    wanted = sum(hint.disk_mb for hint in hints if hint is not None)
    free = shutil.disk_usage(host.paths.root).free / 1e6
    if free < wanted:
        raise too_little_space(
            host.paths.root, wanted_mb=wanted, free_mb=free, retry=retry_command(request, plan, host)
        )


def _free_place(plan: Plan, host: Host) -> Path:
    """Where the generation will lie. A name that is taken, by the current one or by what is in use, is passed over."""
    attempt = 0
    while True:
        directory = host.paths.generation(generation_id(plan.content, attempt))
        if not directory.exists():
            return directory
        attempt += 1


def _is_published(directory: Path, host: Host) -> bool:
    """Whether the manifest names the generation in `directory` already: then it is the runtime."""
    manifest = _assess(host).manifest
    return manifest is not None and manifest.generation == directory.name
