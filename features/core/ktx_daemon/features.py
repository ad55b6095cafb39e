"""Which features this environment really has, beside those that its plugins declare."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from ktx_daemon.installation import Installation
from ktx_runtime.registry import Catalogue, CatalogueFeature
from ktx_runtime.state.manifest import ManifestAbsent, ManifestUnreadable, read_manifest

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def installed_features(catalogue: Catalogue, installation: Installation) -> tuple[str, ...]:
    """Names, in the catalogue's order: what the manifest says of our generation, else what is there to import.

    A generation has no manifest of its own while it is being built, and an environment that is not managed never.
    """
    if installation.generation is not None:
        try:
            manifest = read_manifest(installation.paths.manifest_file)
        except (ManifestAbsent, ManifestUnreadable):
            pass
        else:
            if manifest.generation == installation.generation:
                return manifest.feature_names()
    return tuple(entry.feature.name for entry in catalogue.features if _is_satisfied(entry))


def _is_satisfied(entry: CatalogueFeature) -> bool:
    """Whether every requirement of the feature's extras is installed, in a version that it allows."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - not needed in a managed generation

    wanted = [Requirement(text) for text in entry.feature.requirements]
    try:
        of_distribution = [Requirement(text) for text in requires(entry.plugin.distribution) or ()]
    except PackageNotFoundError:
        return False
    for requirement in of_distribution:
        if requirement.marker is None:
            continue
        if any(requirement.marker.evaluate({"extra": extra}) for extra in entry.feature.extras):
            wanted.append(requirement)
    return all(_is_installed(requirement) for requirement in wanted)


def _is_installed(requirement: Requirement) -> bool:
    if requirement.marker is not None and "extra" not in str(requirement.marker) and not requirement.marker.evaluate():
        return True
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False
