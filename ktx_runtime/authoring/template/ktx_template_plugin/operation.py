"""The operation `template-plugin-greet`: one-shot and in the daemon."""

from ktx_runtime.api import OperationContext, OperationRefused
from pydantic import BaseModel, ConfigDict

from ktx_template_plugin.greeting import greet


class GreetRequest(BaseModel):
    """Whom to greet."""

    model_config = ConfigDict(extra="forbid")

    who: str


class GreetResponse(BaseModel):
    """The greeting."""

    greeting: str


def handle(request: GreetRequest, context: OperationContext) -> GreetResponse:
    """Greet, or refuse with a code that programs can rely on."""
    del context
    try:
        return GreetResponse(greeting=greet(request.who))
    except ValueError as error:
        raise OperationRefused(str(error), code="nobody-to-greet", hint="say whom to greet") from error


ANSWERS = {"template-plugin": (GreetResponse,)}
"""What the command prints with `--json`, beside the envelope."""
