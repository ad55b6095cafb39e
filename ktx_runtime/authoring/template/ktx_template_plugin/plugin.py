"""Declares the feature `template-plugin`. Imports nothing that the feature needs: code is named as text."""

from collections.abc import Iterable

from ktx_runtime.api import Command, Feature, Operation, SmokeCheck, hookimpl

ktx_api_version = 1


@hookimpl
def ktx_features() -> Iterable[Feature]:
    """The features of this plugin."""
    yield Feature(
        name="template-plugin",
        summary="greets",
        operations=(
            Operation(
                name="template-plugin-greet",
                path="/template-plugin/greet",
                summary="greet somebody",
                request="ktx_template_plugin.operation:GreetRequest",
                response="ktx_template_plugin.operation:GreetResponse",
                handler="ktx_template_plugin.operation:handle",
            ),
        ),
        commands=(
            Command(
                name="template-plugin",
                summary="greet somebody",
                handler="ktx_template_plugin.command:run",
                answers="ktx_template_plugin.operation:ANSWERS",
                in_daemon=True,
            ),
        ),
        smoke_checks=(SmokeCheck(name="greets", summary="it greets", check="ktx_template_plugin.smoke:greets"),),
    )
