"""A directory with everything that an install without a network needs: for this platform and this Python."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ktx_runtime.api.errors import KtxError
from ktx_runtime.install.agree import listed_plugins
from ktx_runtime.install.before import find_before
from ktx_runtime.install.declared import find_declarations
from ktx_runtime.install.failure import InstallFailed
from ktx_runtime.install.find_uv import find_uv, pinned_wheel
from ktx_runtime.install.host import Host
from ktx_runtime.install.interpreter import base_interpreter
from ktx_runtime.install.log import open_install_log
from ktx_runtime.install.pip import find_pip
from ktx_runtime.install.plan import Plan, feature_needs, make_plan
from ktx_runtime.install.progress import Phase, ProgressEvent, ProgressListener
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.install.root import prepare_root
from ktx_runtime.install.uv import PackageSource, Uv
from ktx_runtime.install.wheel_source import obtain_wheel
from ktx_runtime.install.workshop import CONSTRAINTS_FILE
from ktx_runtime.prefetch.fetch import missing_files
from ktx_runtime.process import Finished
from ktx_runtime.state.paths import models_directory
from ktx_runtime.state.plugins import WantedPlugin
from ktx_runtime.state.readiness import assess


@dataclass(frozen=True, slots=True)
class Bundle:
    """Wheels, and the distributions of the plugins that are among them."""

    files: tuple[Path, ...]
    plugins: tuple[str, ...]


def make_bundle(directory: Path, *, features: tuple[str, ...], host: Host, listener: ProgressListener) -> Bundle:
    """Collect the wheels for the default, the installed and the named features, for wanted plugins, our own, and uv's.

    Raises `KtxError`; what was collected so far then stays.
    """
    prepare_root(host)
    directory.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="ktx-") as name,
        open_install_log(host.paths.logs_directory, now=datetime.now(UTC)) as log,
    ):
        staging = Path(name)
        plan = _plan(features, host, staging)
        uv = Uv(find_uv(host, source=PackageSource(), say=log.write), host.environment, host.paths.root)
        pip = find_pip(host, uv, staging=staging, on_line=log.write)

        def collected(done: Finished, what: str) -> None:
            if not done.succeeded:
                raise InstallFailed(
                    f"could not collect {what}: pip {done.how()}",
                    lines=done.lines,
                    log=log.file,
                    retry=host.command("runtime", "bundle", str(directory)),
                )

        listener(ProgressEvent(phase=Phase.PACKAGES, message="collecting packages", fraction=0.2))
        for words in _write_requirements(plan, host, staging):
            collected(pip.download(words, directory=directory, on_line=log.write), "the packages")
        shutil.copyfile(plan.wheel.path, directory / plan.wheel.path.name)
        for plugin in plan.plugins:
            listener(ProgressEvent(phase=Phase.PACKAGES, message=f"collecting {plugin.distribution}", fraction=0.6))
            words = ["--constraint", str(staging / CONSTRAINTS_FILE), *_asked_for(plugin, plan)]
            collected(pip.wheels(words, directory=directory, on_line=log.write), f"the plugin {plugin.distribution}")
        _copy_models(plan, directory, host, listener)
        listener(ProgressEvent(phase=Phase.DONE, message="collected", fraction=1.0))
    return Bundle(tuple(sorted(directory.glob("*.whl"))), tuple(plugin.distribution for plugin in plan.plugins))


def _asked_for(plugin: WantedPlugin, plan: Plan) -> list[str]:
    """The plugin, and what those of its features need that are installed or named."""
    asked = [plugin.requirement]
    for declared in plan.features:
        if declared.distribution == plugin.distribution:
            asked += feature_needs(declared.feature, plugin.distribution)
    return asked


def _copy_models(plan: Plan, directory: Path, host: Host, listener: ProgressListener) -> None:
    """Bundle what was prefetched here; raises `KtxError` for what was not."""
    for declared in plan.features:
        for prefetch in declared.feature.prefetch:
            source = models_directory(host.paths.root) / prefetch.name
            if missing_files(prefetch, source):
                raise KtxError(
                    f"{prefetch.name}, which {declared.feature.name} needs, is not on this machine to be bundled",
                    code="model-not-here",
                    hint=f"run: {host.command('runtime', 'install', '--feature', declared.feature.name)}",
                )
            listener(ProgressEvent(phase=Phase.FETCH, message=f"copying {prefetch.name}", fraction=0.9))
            for file in prefetch.files:
                target = directory / "models" / prefetch.name / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / file.path, target)


def _plan(features: tuple[str, ...], host: Host, staging: Path) -> Plan:
    found = assess(host.paths, wheel_sha256=promised_sha256(host.environment))
    wheel = obtain_wheel(host, found.manifest, staging=staging)
    before = find_before(found.manifest, host.paths)
    return make_plan(
        features,
        installed=before.manifest.feature_names() if before else (),
        declared=find_declarations(wheel, before.catalogue_file if before else None, host).features,
        wheel=wheel,
        plugins=listed_plugins(host).plugins,
        python=base_interpreter(host),
    )


def _write_requirements(plan: Plan, host: Host, staging: Path) -> list[list[str]]:
    """The words for pip: what is locked, with its hashes, and what is left to resolve."""
    version, pin = pinned_wheel(host)
    locked = staging / "locked.txt"
    texts = [*(entry.text for entry in plan.pins), f"uv=={version} --hash=sha256:{pin.sha256}"]
    locked.write_text("\n".join(texts) + "\n", encoding="utf-8")
    constraints = staging / CONSTRAINTS_FILE
    constraints.write_text(plan.constraints_text(), encoding="utf-8")
    words = [["--no-deps", "--require-hashes", "--requirement", str(locked)]]
    if plan.resolved:
        words.append(["--constraint", str(constraints), *plan.resolved])
    return words
