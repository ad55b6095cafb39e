"""The command line of a feature's command: parsed for an `Invocation`, never for this process.

    def run(invocation: Invocation) -> int:
        parser = CommandParser(invocation, "hello", summary="greet somebody")
        parser.add_argument("name", help="whom to greet")
        parser.set_defaults(run=greet)
        return parser.dispatch()

    def greet(invocation: Invocation, options: Namespace) -> int:
        invocation.stdout.write(f"hello {options.name}\\n")
        return 0

A mistake in the words raises `UsageError`, with near names; `--help` goes to the invocation's stdout.
"""

import argparse
import re
import textwrap
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, NoReturn, cast

from ktx_runtime.api.command import CommandHandler, Invocation
from ktx_runtime.api.errors import KtxError, UsageError
from ktx_runtime.api.near import near_names

Namespace = argparse.Namespace

_NARROWEST, _WIDEST = 40, 100
_DESCRIBING = ContextVar("ktx-describing", default=False)


class _Described(BaseException):
    """Carries a parser, or a group of verbs, to whoever only wants to know what a command takes.

    No Exception, since a command may catch all of those.
    """

    def __init__(self, description: object) -> None:
        super().__init__()
        self.description = description


def describing(description: object) -> None:
    """For parsers: leave with `description` where the command was called to be described, instead of going on."""
    if _DESCRIBING.get():
        raise _Described(description)


def describe_command(handler: CommandHandler, invocation: Invocation) -> object:
    """For hosts: the `CommandParser` or `CommandGroup` with which `handler` would go on; None where it has neither.

    The handler is called with `--help` behind its words, so that one which parses in its own way prints its help.
    """
    token = _DESCRIBING.set(True)
    try:
        handler(replace(invocation, arguments=(*invocation.arguments, "--help")))
    except _Described as found:
        return found.description
    finally:
        _DESCRIBING.reset(token)
    return None


class CommandParser(argparse.ArgumentParser):
    """An argparse parser that takes its words, width and streams from an invocation and never exits.

    `command` is what stands after the program's name: `sl query`. `summary` is one line, `description` paragraphs,
    `examples` pairs of a command line without the program's name and what it does.
    """

    def __init__(
        self,
        invocation: Invocation,
        command: str,
        *,
        summary: str,
        description: str = "",
        examples: Sequence[tuple[str, str]] = (),
    ) -> None:
        width = min(max(invocation.terminal.width, _NARROWEST), _WIDEST)

        def formatter(prog: str) -> argparse.HelpFormatter:
            return argparse.RawDescriptionHelpFormatter(prog, width=width, max_help_position=26)

        super().__init__(
            prog=f"{invocation.program} {command}",
            formatter_class=cast("Any", formatter),
            add_help=False,
            allow_abbrev=False,
            exit_on_error=False,
        )
        self.color = False  # Python 3.14 would colour help after looking at this process's stdout
        self.invocation = invocation
        self.command = command
        self._texts = [_sentence(summary), *description.split("\n\n")]
        self._examples = tuple(examples)
        self._width = width
        self.add_argument("-h", "--help", action="store_true", dest="help_wanted", help="show this text")

    def format_help(self) -> str:
        """The help. Only now its texts are set: most calls only want their words parsed."""
        self.description = _paragraphs(self._texts, self._width)
        self.epilog = _examples(self.invocation.program, self._examples, self._width)
        return super().format_help()

    def dispatch(self) -> int:
        """Parse the invocation's words and call the `run` default with the invocation and the options.

        Returns its exit code; 0 after help. Raises `UsageError` for words that do not fit.
        """
        describing(self)
        words = self.invocation.arguments
        before_dashes = words[: words.index("--")] if "--" in words else words
        if "-h" in before_dashes or "--help" in before_dashes:
            self.invocation.stdout.write(self.format_help())
            return 0
        try:
            options = self.parse_words(words)
            return int(options.run(self.invocation, options))
        except KtxError as error:
            error.command = error.command or self.command
            raise

    def parse_words(self, words: Sequence[str]) -> Namespace:
        """The options that `words` say. Raises `UsageError`."""
        describing(self)
        try:
            options, unknown = self.parse_known_args(list(words))
        except argparse.ArgumentError as error:
            self.error(str(error))
        if unknown:
            self._refuse_unknown(unknown)
        return options

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print. Its messages are lower case and name the argument."""
        wanted = re.match(r"the following arguments are required: (.*)", message)
        text = f"missing argument: {wanted[1]}" if wanted else re.sub(r"^argument ([^:]+): ", r"\1: ", message)
        raise UsageError(text, hint=self._see_help())

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Never leaves the process: raises instead."""
        raise UsageError(message or f"cannot go on after status {status}", hint=self._see_help())

    def _refuse_unknown(self, unknown: Sequence[str]) -> NoReturn:
        option = next((word for word in unknown if word.startswith("-")), None)
        if option is None:
            raise UsageError(f"unexpected argument: {unknown[0]}", hint=self._see_help())
        name = option.split("=", 1)[0]
        # The dashes, which all options share, would make short names look alike.
        bare = near_names(name.lstrip("-"), (known.lstrip("-") for known in self._option_string_actions))
        near = [f"--{found}" for found in bare]
        hint = f"did you mean {' or '.join(near)}? {self._see_help()}" if near else self._see_help()
        raise UsageError(f"unknown option: {name}", hint=hint, details={"near": near})

    def _see_help(self) -> str:
        return f"run: {self.prog} --help"


def _sentence(summary: str) -> str:
    return summary[:1].upper() + summary[1:] + ("" if summary.endswith(".") else ".")


def _paragraphs(texts: Sequence[str], width: int) -> str:
    filled = [textwrap.fill(" ".join(text.split()), width) for text in texts]
    return "\n\n".join(text for text in filled if text)


def _examples(program: str, examples: Sequence[tuple[str, str]], width: int) -> str | None:
    if not examples:
        return None
    blocks = [
        textwrap.fill(why, width, initial_indent="  ", subsequent_indent="  ") + f"\n    $ {program} {line}"
        for line, why in examples
    ]
    return "examples:\n" + "\n\n".join(blocks)
