"""Third-party plugins in a new generation, and what their features need. One that fails never stops another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from ktx_runtime.api import PluginFailed
from ktx_runtime.install.installed import provided_extras, shared_file
from ktx_runtime.install.plan import Plan, feature_needs
from ktx_runtime.install.progress import Phase
from ktx_runtime.install.workshop import CONSTRAINTS_FILE, Workshop, failed
from ktx_runtime.process import Finished
from ktx_runtime.registry import Catalogue, CatalogueFeature, PluginState
from ktx_runtime.registry.adjusting import comes_along
from ktx_runtime.registry.discovery import OUR_DISTRIBUTION
from ktx_runtime.state.plugins import WantedPlugin


def install_plugins(plugins: Sequence[WantedPlugin], directory: Path, python: Path, shop: Workshop) -> dict[str, str]:
    """Install each plugin by itself; those that could not be, with the reason. Raises if the one asked for fails."""
    absent = {}
    for plugin in plugins:
        shop.tell(Phase.PACKAGES, f"installing the plugin {plugin.distribution}", 0.5)
        words = ["--editable", plugin.requirement] if plugin.editable else [plugin.requirement]
        done = _install(words, directory, python, shop)
        if done.succeeded:
            _demand_files_of_its_own(plugin, directory / "venv", shop)
            continue
        if plugin.distribution == shop.asked_plugin:
            raise failed(f"could not install the plugin {plugin.distribution}: it {done.how()}", done.lines, shop)
        absent[plugin.distribution] = f"it could not be installed: {(done.lines or ('',))[-1].strip()}"
        shop.note(f"left out the plugin {plugin.distribution}, which could not be installed", 0.5)
    return absent


def _demand_files_of_its_own(plugin: WantedPlugin, environment: Path, shop: Workshop) -> None:
    """Installers overwrite without a word, so that code of one plugin would run in another's name."""
    shared = shared_file(plugin.distribution, environment)
    if shared is not None:
        raise PluginFailed(
            f"{plugin.distribution} and {shared.other} both bring the file {shared.path}",
            code="plugin-refused",
            hint=f"nothing was changed; to have {plugin.distribution} instead: "
            f"{shop.host.command('runtime', 'plugins', 'remove', shared.other)}",
            details={"log": str(shop.log.file)},
        )


def demand_plugin(catalogue: Catalogue, shop: Workshop) -> None:
    """The plugin that was asked for must be one, and must be understood."""
    if shop.asked_plugin is None:
        return
    rows = [row for row in catalogue.plugins if row.plugin.distribution == shop.asked_plugin]
    wrong = [str(row.reason) for row in rows if row.state is not PluginState.OK]
    if not rows:
        wrong = ["it has no entry point in ktx.plugins"]
    if wrong:
        raise PluginFailed(
            f"{shop.asked_plugin} was refused: {'; '.join(wrong)}",
            code="plugin-refused",
            hint=f"nothing was changed; mend it, then run: {shop.retry}",
            details={"log": str(shop.log.file)},
        )


def brought_features(plan: Plan, catalogue: Catalogue, shop: Workshop) -> tuple[CatalogueFeature, ...]:
    """Features of wanted plugins that come with them, as far as they are not planned already."""
    wanted = [plugin.distribution for plugin in plan.plugins]
    brought = {
        entry.feature.name: entry
        for entry in catalogue.features
        if entry.feature.name not in plan.feature_names
        and comes_along(entry.feature, entry.plugin.distribution, wanted)
    }
    # One that requires what does not come along is not brought: it would be there and not work.
    while short := [name for name, entry in brought.items() if not _has_required(entry, brought, plan)]:
        for name in short:
            needs = ", ".join(brought.pop(name).feature.requires)
            command = shop.host.command("runtime", "install", "--feature", name, "--yes")
            shop.note(f"left out {name}, which needs {needs}; to have it: {command}", 0.77)
    return tuple(brought.values())


def _has_required(entry: CatalogueFeature, brought: Collection[str], plan: Plan) -> bool:
    return all(name in brought or name in plan.feature_names for name in entry.feature.requires)


def equip_features(
    features: Sequence[CatalogueFeature], directory: Path, python: Path, shop: Workshop
) -> tuple[CatalogueFeature, ...]:
    """Install what the features of plugins require; return the features that now have it."""
    equipped = []
    for entry in features:
        if not _has_its_extras(entry, directory / "venv", shop):
            continue
        distribution = entry.plugin.distribution
        needs = [] if distribution == OUR_DISTRIBUTION else feature_needs(entry.feature, distribution)
        if needs:
            shop.tell(Phase.PACKAGES, f"installing what {entry.feature.name} needs", 0.78)
            done = _install(needs, directory, python, shop)
            if not done.succeeded and shop.is_asked(entry):
                raise failed(f"could not install what {entry.feature.name} needs: it {done.how()}", done.lines, shop)
            if not done.succeeded:
                shop.note(f"left out {entry.feature.name}: its needs could not be installed", 0.78)
                continue
        equipped.append(entry)
    return tuple(equipped)


def _has_its_extras(entry: CatalogueFeature, environment: Path, shop: Workshop) -> bool:
    """uv only warns of an extra that there is not, and installs without it."""
    if entry.plugin.distribution == OUR_DISTRIBUTION or not entry.feature.extras:
        return True
    provided = provided_extras(entry.plugin.distribution, environment)
    missing = [extra for extra in entry.feature.extras if canonicalize_name(extra) not in provided]
    if not missing:
        return True
    problem = f"{entry.plugin.distribution} has no extra {missing[0]}, which its feature {entry.feature.name} names"
    if not shop.is_asked(entry):
        shop.note(f"left out {entry.feature.name}: {problem}", 0.78)
        return False
    known = f"it has: {', '.join(sorted(provided))}; " if provided else ""
    raise PluginFailed(
        problem,
        code="feature-broken",
        hint=f"nothing was changed; {known}mend or remove {entry.plugin.distribution}, then run: {shop.retry}",
        details={"log": str(shop.log.file)},
    )


def _install(words: Sequence[str], directory: Path, python: Path, shop: Workshop) -> Finished:
    constraints = directory / CONSTRAINTS_FILE
    return shop.uv.install_resolved(words, constraints=constraints, python=python, on_line=shop.on_uv_line)
