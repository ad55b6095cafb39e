"""`ktx runtime features`: all features that could be installed, and those that are."""

from __future__ import annotations

import argparse

from ktx_runtime.cli.call import Answer, Call
from ktx_runtime.cli.commands import declared_catalogues
from ktx_runtime.install.promise import promised_sha256
from ktx_runtime.state.readiness import assess


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """List the features by name. Imports declarations, never a feature's own code."""
    del arguments
    manifest = assess(call.host.paths, wheel_sha256=promised_sha256(call.host.environment)).manifest
    installed = set(manifest.feature_names()) if manifest else set()
    rows: dict[str, dict[str, object]] = {}
    for catalogue in declared_catalogues(call, manifest):
        for entry in catalogue.features:
            feature = entry.feature
            rows[feature.name] = {
                "name": feature.name,
                "summary": feature.summary,
                "installed": feature.name in installed,
                "default": feature.default,
                "consent": feature.consent.value,
                "requires": list(feature.requires),
                "distribution": entry.plugin.distribution,
                "version": entry.plugin.version,
                "download": feature.download.model_dump(mode="json") if feature.download else None,
                "commands": [command.name for command in feature.commands],
            }
    features = [rows[name] for name in sorted(rows)]
    width = max((len(name) for name in rows), default=0)
    lines = [
        f"{'*' if row['installed'] else ' '} {str(row['name']).ljust(width)}  {row['summary']}" for row in features
    ]
    return Answer(data={"features": features}, text="\n".join([*lines, "", "* installed"]))
