"""`ktx runtime features`: all features that could be installed, and those that are."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.commands import declared_catalogues
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.state.readiness import assess

if TYPE_CHECKING:
    from ktx_runtime.registry import CatalogueFeature


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What has to be fetched for a feature. Sizes are megabytes (10^6 bytes)."""

    what: str
    download_mb: float
    disk_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRow:
    """A feature that is installed, or could be."""

    name: str
    summary: str
    installed: bool
    default: bool
    """Whether it is part of every runtime."""
    consent: Literal["with-runtime", "separate"]
    """Whether it is agreed to with the runtime, or by itself."""
    requires: tuple[str, ...]
    """Other features that come with it."""
    distribution: str
    version: str
    download: Download | None
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeFeatures:
    """All features, by name."""

    features: tuple[FeatureRow, ...]


ANSWERS = (RuntimeFeatures,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """List the features by name. Imports declarations, never a feature's own code."""
    del arguments
    manifest = assess(call.host.paths, wheel_sha256=promised_sha256(call.host.environment)).manifest
    installed = set(manifest.feature_names()) if manifest else set()
    rows = {
        entry.feature.name: _row(entry, installed=entry.feature.name in installed)
        for catalogue in declared_catalogues(call, manifest)
        for entry in catalogue.features
    }
    features = tuple(rows[name] for name in sorted(rows))
    width = max((len(name) for name in rows), default=0)
    lines = [f"{'*' if row.installed else ' '} {row.name.ljust(width)}  {row.summary}" for row in features]
    return Answer(data=RuntimeFeatures(features=features), text="\n".join([*lines, "", "* installed"]))


def _row(entry: CatalogueFeature, *, installed: bool) -> FeatureRow:
    feature, hint = entry.feature, entry.feature.download
    return FeatureRow(
        name=feature.name,
        summary=feature.summary,
        installed=installed,
        default=feature.default,
        consent=feature.consent.value,
        requires=feature.requires,
        distribution=entry.plugin.distribution,
        version=entry.plugin.version,
        download=Download(what=hint.what, download_mb=hint.download_mb, disk_mb=hint.disk_mb) if hint else None,
        commands=tuple(command.name for command in feature.commands),
    )
