"""The plugin as ktx sees it: declared, checked, called as an operation and as a command."""

import pytest
from ktx_runtime.testing import Caller, PluginConformance


class TestDeclaration(PluginConformance):
    """What every plugin promises."""

    plugin = "template-plugin"


def test_the_operation_greets_one_shot_and_over_http(ktx_caller: Caller) -> None:
    answer = ktx_caller.operation("template-plugin-greet", {"who": "world"})
    assert answer == {"greeting": "hello, world"}


def test_nobody_is_refused_with_a_code(ktx_caller: Caller) -> None:
    refused = ktx_caller.refusal("template-plugin-greet", {"who": " "})
    assert refused.code == "nobody-to-greet"


@pytest.mark.parametrize(("words", "printed"), [(["world"], "hello, world\n"), (["é"], "hello, é\n")])
def test_the_command_greets(ktx_caller: Caller, words: list[str], printed: str) -> None:
    done = ktx_caller.command("template-plugin", *words)
    assert (done.exit_code, done.stdout) == (0, printed)


def test_the_command_answers_programs(ktx_caller: Caller) -> None:
    done = ktx_caller.command("template-plugin", "world", "--json")
    assert done.json() == {"schemaVersion": 1, "command": "template-plugin", "ok": True, "greeting": "hello, world"}
