"""`ktx_adjust_plan`: asked in every install, one plugin at a time; what cannot be had is that plugin's fault alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from ktx_runtime.api import DownloadHint, InstallPlan, PlanAdjustment
from ktx_runtime.install.adjust import settle
from ktx_runtime.registry import PluginIdentity, PluginState
from ktx_runtime.registry.description import PluginAdjustment
from ktx_runtime.state.manifest import AppliedAdjustment
from tests.support.environments import PluginEnvironment

PLAN = InstallPlan(
    features=("core",),
    plugins=("acme-adjusts", "bcme-hello"),
    pinned=("pydantic==2.12.0", "tzdata==2025.1 ; sys_platform == 'win32'"),
    resolved=("torch>=2.6",),
    python_version="3.11.7",
    platform="linux",
    machine="x86_64",
)
LARGE = DownloadHint(what="torch for CUDA", download_mb=3100, disk_mb=6000)

ADJUSTS = """
from ktx_runtime.api import Feature, PlanAdjustment, hookimpl

@hookimpl
def ktx_features():
    yield Feature(name="adjusted", summary="is adjusted")

@hookimpl
def ktx_adjust_plan(plan):
    {body}
"""


def adjusting(body: str) -> str:
    return ADJUSTS.format(body=body)


def test_a_plugin_sees_what_will_be_there_and_says_what_it_wants_changed(
    environment: PluginEnvironment, hello: Callable[..., str]
) -> None:
    body = "yield PlanAdjustment(reason=' '.join(plan.features), constraints=('numpy<2',), http_timeout_seconds=300)"
    environment.add("acme-adjusts", adjusting(body))
    environment.add("bcme-hello", hello())
    (wanted,) = environment.describe_for(PLAN).adjustments
    assert wanted.plugin.distribution == "acme-adjusts"
    assert wanted.adjustment.reason == "core adjusted hello"
    assert wanted.adjustment.constraints == ("numpy<2",)


def test_without_an_install_nobody_is_asked(environment: PluginEnvironment) -> None:
    environment.add("acme-adjusts", adjusting("raise SystemExit(3)"))
    assert {row.state for row in environment.describe().plugins} == {PluginState.OK}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise RuntimeError('no good')", "RuntimeError: no good"),
        ("import os; os._exit(3)", "ended with 3 without an answer"),
        ("return ['numpy<2']", "returned str where PlanAdjustment is wanted"),
        ("yield PlanAdjustment(reason='')", "ValidationError"),
        ("yield PlanAdjustment(reason='r', constraints=('Pydantic<2',))", "pydantic 2.12.0 is pinned"),
    ],
)
def test_who_fails_or_contradicts_what_is_pinned_is_a_row_and_stops_nobody(
    environment: PluginEnvironment, hello: Callable[..., str], body: str, said: str
) -> None:
    environment.add("acme-adjusts", adjusting(body))
    environment.add("bcme-hello", hello())
    described = environment.describe_for(PLAN)
    (row,) = (row for row in described.catalogue.plugins if row.plugin.name == "acme-adjusts")
    assert row.state is PluginState.BROKEN
    assert said in (row.reason or "")
    assert described.adjustments == ()
    assert described.catalogue.feature("adjusted") is None
    assert described.catalogue.feature("hello") is not None


def test_a_plugin_in_conflict_changes_nothing(environment: PluginEnvironment, hello: Callable[..., str]) -> None:
    environment.add("aaa-hello", hello(feature="adjusted", operation="other"))
    environment.add("acme-adjusts", adjusting("yield PlanAdjustment(reason='r', constraints=('numpy<2',))"))
    described = environment.describe_for(PLAN)
    assert described.catalogue.feature("adjusted") is not None
    assert described.adjustments == ()


@pytest.mark.parametrize("constraint", ["numpy", "numpy @ file:///tmp/numpy.whl", "numpy[extra]<2", "not a constraint"])
def test_a_constraint_is_a_name_and_versions(constraint: str) -> None:
    with pytest.raises(ValidationError, match="constraint"):
        PlanAdjustment(reason="r", constraints=(constraint,))


def test_a_constraint_that_the_pins_fulfil_or_that_does_not_count_here_is_let_through(
    environment: PluginEnvironment,
) -> None:
    constraints = ("pydantic>=2", "pydantic<2; sys_platform=='win32'", "tzdata<1")
    body = f"yield PlanAdjustment(reason='r', constraints={constraints!r})"
    environment.add("acme-adjusts", adjusting(body))
    assert len(environment.describe_for(PLAN).adjustments) == 1


def test_another_torch_than_for_the_cpu_says_how_large_it_is() -> None:
    assert PlanAdjustment(reason="r", torch_backend="cpu").download is None
    with pytest.raises(ValidationError, match="say how large"):
        PlanAdjustment(reason="r", torch_backend="cu128")
    with pytest.raises(ValidationError):
        PlanAdjustment(reason="r", torch_backend="--index-url", download=LARGE)


def wanted(distribution: str, **said: object) -> PluginAdjustment:
    plugin = PluginIdentity(name=distribution, distribution=distribution, version="1")
    return PluginAdjustment(plugin=plugin, adjustment=PlanAdjustment.model_validate({"reason": "r", **said}))


CUDA = {"torch_backend": "cu128", "download": LARGE}


def test_what_is_larger_than_agreed_is_asked_for_once() -> None:
    first = settle([wanted("a", **CUDA)], user_names_torch=False, before=())
    assert [one.distribution for one in first.larger] == ["a"]
    assert settle([wanted("a", **CUDA)], user_names_torch=False, before=first.applied).larger == ()
    other = (AppliedAdjustment(distribution="a", reason="r", torch_backend="rocm6.3"),)
    assert len(settle([wanted("a", **CUDA)], user_names_torch=False, before=other).larger) == 1


def test_the_users_own_torch_stands() -> None:
    settled = settle([wanted("a", **CUDA)], user_names_torch=True, before=())
    assert settled.preferences.torch_backend is None
    assert settled.larger == ()
    assert "your own settings" in settled.notes[0]


def test_of_two_who_choose_a_torch_the_first_has_it_and_the_other_is_told() -> None:
    settled = settle([wanted("a", torch_backend="cpu"), wanted("b", **CUDA)], user_names_torch=False, before=())
    assert settled.preferences.torch_backend == "cpu"
    assert settled.larger == ()
    assert settled.notes == ("b wants torch for cu128; a has chosen cpu",)


def test_constraints_of_all_count_together() -> None:
    settled = settle(
        [wanted("a", constraints=("numpy<2",), link_mode="copy"), wanted("b", constraints=("numpy>1", "numpy<2"))],
        user_names_torch=False,
        before=(),
    )
    assert settled.constraints == ("numpy<2", "numpy>1")
    assert settled.preferences.variables() == {"UV_LINK_MODE": "copy"}
