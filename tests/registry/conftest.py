"""Environments with plugins in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import PluginEnvironment, make_plugin_environment


@pytest.fixture
def environment(tmp_path: Path) -> PluginEnvironment:
    return make_plugin_environment(tmp_path)


HELLO = """
    from ktx_runtime.api import Command, Feature, Operation, hookimpl

    ktx_api_version = 1

    @hookimpl
    def ktx_features():
        yield Feature(
            name="{feature}",
            summary="greets",
            operations=(
                Operation(name="{operation}", path="/{operation}", summary="greets", request="hello:Request",
                          response="hello:Response", handler="hello:answer"),
            ),
        )
"""


@pytest.fixture
def hello() -> Callable[..., str]:
    def code(feature: str = "hello", operation: str = "say-hello") -> str:
        return HELLO.format(feature=feature, operation=operation)

    return code
