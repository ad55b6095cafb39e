"""Two strangers want one name: whoever comes second is a row that names both, and nobody else is harmed."""

from __future__ import annotations

import json
import os
import subprocess
from textwrap import dedent

import pytest

from ktx_runtime.registry import PluginState
from tests.support.environments import PluginEnvironment

DECLARING = """
    from ktx_runtime.api import Command, Feature, Operation, SmokeCheck, hookimpl

    def operation(name, path):
        return Operation(name=name, path=path, summary="", request="a:B", response="a:B", handler="a:b")

    def command(name):
        return Command(name=name, summary="", handler="a:b")

    @hookimpl
    def ktx_features():
        yield Feature(name={feature!r}, summary="", {more})
"""


def declaring(feature: str, more: str = "") -> str:
    return DECLARING.format(feature=feature, more=more)


def commands(*names: str) -> str:
    return f"commands=({''.join(f'command({name!r}),' for name in names)})"


def driver(name: str, group: str = "ktx.database_drivers") -> str:
    return f"[{group}]\n{name} = acme:Driver\n"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"code": declaring("same")}, {"code": declaring("same")}, "feature same of"),
        (
            {"code": declaring("a", "operations=(operation('same', '/a'),)")},
            {"code": declaring("b", "operations=(operation('same', '/b'),)")},
            "operation same of",
        ),
        (
            {"code": declaring("a", "operations=(operation('a', '/same'),)")},
            {"code": declaring("b", "operations=(operation('b', '/same'),)")},
            "route /same of",
        ),
        (
            {"code": declaring("a", commands("same"))},
            {"code": declaring("b", commands("same"))},
            "command same of",
        ),
        (
            {"code": declaring("a", commands("same"))},
            {"code": declaring("b", commands("same part"))},
            "command same part of",
        ),
        (
            {"code": declaring("a", commands("same part"))},
            {"code": declaring("b", commands("same"))},
            "command same of",
        ),
        (
            {"code": declaring("a"), "points": driver("same")},
            {"code": declaring("b"), "points": driver("same")},
            "database driver same of",
        ),
        (
            {"code": declaring("a"), "points": driver("same", "ktx.embedding_backends")},
            {"code": declaring("b"), "points": driver("same", "ktx.embedding_backends")},
            "embedding backend same of",
        ),
    ],
    ids=["feature", "operation", "route", "command", "part of a command", "whole of a part", "driver", "backend"],
)
def test_the_second_is_refused_with_both_names_and_all_others_stay(
    environment: PluginEnvironment, first: dict[str, str], second: dict[str, str], said: str
) -> None:
    environment.add("acme", **first)
    environment.add("bcme", **second, version="2.0")
    environment.add("ccme", declaring("fine", commands("fine")))
    catalogue = environment.describe()
    rows = {row.plugin.name: row for row in catalogue.plugins}
    assert {name: row.state for name, row in rows.items() if name[1:] == "cme"} == {
        "acme": PluginState.OK,
        "bcme": PluginState.CONFLICT,
        "ccme": PluginState.OK,
    }
    reason = rows["bcme"].reason or ""
    assert reason.startswith(said)
    assert "acme (acme 1.0)" in reason
    assert "bcme (bcme 2.0)" in reason
    features = {entry.feature.name for entry in catalogue.features}
    assert "fine" in features
    assert features & {"a", "b", "same"} in ({"a"}, {"same"})


def test_a_stranger_cannot_take_a_driver_or_a_whole_command_of_ours(environment: PluginEnvironment) -> None:
    environment.add("acme", declaring("a"), points=driver("sqlite"))
    environment.add("bcme", declaring("b", commands("setup")))
    environment.add("ccme", declaring("c"), points=driver("remote", "ktx.embedding_backends"))
    rows = {row.plugin.name: row for row in environment.describe().plugins}
    assert "database driver sqlite of acme (acme 1.0) is already provided by core (kaelio-ktx" in rows["acme"].reason
    assert "would hide setup demo, which is core (kaelio-ktx" in rows["bcme"].reason
    assert "embedding backend remote of ccme" in rows["ccme"].reason


def test_plugins_of_two_distributions_may_have_one_name(environment: PluginEnvironment) -> None:
    environment.add("acme", declaring("a"), name="same")
    environment.add("bcme", declaring("b"), name="same")
    catalogue = environment.describe()
    assert {entry.feature.name for entry in catalogue.features} >= {"a", "b"}


def test_a_distribution_with_two_plugins_and_a_driver_is_in_no_conflict_with_itself(
    environment: PluginEnvironment,
) -> None:
    environment.add("acme", declaring("a"), points=f"other = bcme\n{driver('same')}")
    (environment.plugins / "bcme.py").write_text(dedent(declaring("b")))
    states = [row.state for row in environment.describe().plugins if row.plugin.distribution == "acme"]
    assert states == [PluginState.OK, PluginState.OK]


def test_a_driver_that_two_bring_is_refused_with_both_distributions(environment: PluginEnvironment) -> None:
    environment.add("acme", declaring("a"), points=driver("same"))
    environment.add("bcme", declaring("b"), points=driver("same"))
    request = {"connection_id": "c", "driver": "same", "url": "x"}
    done = subprocess.run(
        [environment.python, "-I", "-m", "ktx_daemon", "database-introspect"],
        input=json.dumps(request),
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 5, done.stderr
    assert "acme 1.0 and bcme 1.0 both bring the database driver 'same'" in done.stderr
    assert "runtime plugins remove acme" in done.stderr
