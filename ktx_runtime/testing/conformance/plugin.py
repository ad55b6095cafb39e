"""What every plugin promises."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from ktx_runtime.authoring.additions import added_by
from ktx_runtime.authoring.examine import FEATURES, FINDINGS
from ktx_runtime.authoring.weigh import Weight
from ktx_runtime.registry import Catalogue, CataloguePlugin, PluginState
from ktx_runtime.registry.collect import own_catalogue
from ktx_runtime.testing.caller import Caller
from ktx_runtime.testing.run import Run, run_program

HEAVY_SECONDS = 0.5
"""Processor time, as in `ktx plugin check`."""


class PluginConformance:
    """Inherit, and say which entry point is meant:

        class TestDeclaration(PluginConformance):
            plugin = "hello"

    All that it asks is asked of processes of the environment that runs the tests.
    """

    plugin: str
    """The name of the entry point in the group `ktx.plugins`."""

    @pytest.fixture
    def row(self, ktx_catalogue: Catalogue) -> CataloguePlugin:
        """The plugin's row in the catalogue."""
        rows = [row for row in ktx_catalogue.plugins if row.plugin.name == self.plugin]
        known = ", ".join(row.plugin.name for row in ktx_catalogue.plugins)
        assert rows, f"there is no plugin {self.plugin} in this environment, only: {known}"
        return rows[0]

    def test_it_is_understood(self, row: CataloguePlugin) -> None:
        """It can be asked, for this version of the plugin API, and takes no name that is taken."""
        assert row.state is PluginState.OK, row.reason

    def test_its_declaration_is_light(self, row: CataloguePlugin, tmp_path: Path) -> None:
        """Importing it takes little time and prints nothing."""
        assert row.target is not None, row.reason
        weight = Weight.model_validate(_json(_python("ktx_runtime.authoring.weigh", row.target, directory=tmp_path)))
        assert weight.fault is None
        assert not weight.printed, "importing the declaration prints"
        assert weight.seconds <= HEAVY_SECONDS, f"{weight.seconds} s, along with {weight.distributions}"

    def test_all_that_it_names_exists(self, row: CataloguePlugin, ktx_catalogue: Catalogue, tmp_path: Path) -> None:
        """Handlers, models, commands, checks and drivers can be imported, and fit."""
        features = added_by(row.plugin.distribution, ktx_catalogue, own=own_catalogue({}))
        request = FEATURES.dump_json(features).decode()
        done = _python("ktx_runtime.authoring.examine", row.plugin.distribution, stdin=request, directory=tmp_path)
        findings = FINDINGS.validate_python(_json(done))
        assert not findings, "\n".join(finding.reason for finding in findings)

    def test_its_smoke_checks_pass(self, row: CataloguePlugin, ktx_catalogue: Catalogue, tmp_path: Path) -> None:
        """Each in a process of its own, as after an install."""
        for feature in added_by(row.plugin.distribution, ktx_catalogue, own=own_catalogue({})):
            for check in feature.smoke_checks:
                done = _python("ktx_runtime.smoke", check.check, directory=tmp_path)
                assert done.exit_code == 0, f"{feature.name}: {check.name}: {done.stdout}{done.stderr}"

    def test_its_commands_explain_themselves(
        self, row: CataloguePlugin, ktx_catalogue: Catalogue, ktx_caller: Caller
    ) -> None:
        """`--help` prints something and does nothing else."""
        for feature in added_by(row.plugin.distribution, ktx_catalogue, own=own_catalogue({})):
            for command in feature.commands:
                done = ktx_caller.command(*command.name.split(), "--help")
                assert done.exit_code == 0, f"ktx {command.name} --help ended with {done.exit_code}: {done.stderr}"
                assert done.stdout.strip(), f"ktx {command.name} --help prints nothing"


def _python(module: str, *words: str, stdin: str = "", directory: Path) -> Run:
    argv = [sys.executable, "-I", "-m", module, *words]
    return run_program(argv, stdin=stdin, environment=dict(os.environ), directory=directory)


def _json(done: Run) -> object:
    assert done.exit_code == 0, done.stderr
    answer: object = json.loads(done.stdout)
    return answer
