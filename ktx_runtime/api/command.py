"""A command that a feature adds to `ktx`, and the invocation it is handed.

A command runs in the worker: in a process of its own, or inside the daemon on behalf of a client elsewhere. So it
takes its working directory, environment, streams and terminal from the `Invocation`, never from `os` or `sys`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from pydantic import Field

from ktx_runtime.api.capabilities import Capabilities
from ktx_runtime.api.context import Mode
from ktx_runtime.api.interruption import Interruption
from ktx_runtime.api.record import Record
from ktx_runtime.api.reference import CodeReference


class Command(Record):
    """`ktx <name> …`. `name` is one word or two (`"sl"`, `"setup demo"`); `handler` names a `CommandHandler`.

    With `in_daemon` the command may also run inside a daemon that runs already, in a thread among others: it then
    keeps to its `Invocation`, and changes nothing of the process. `verbs` says what each word does that may follow the
    name, where the handler is a `CommandGroup`'s: help and hints know them before anything is installed.

    `heavy_with` has verbs that are worth a daemon where a feature is installed, with that feature: a search that can
    use vectors, say. While it is installed they run in a daemon, which is started for them, as do all commands of a
    feature that is `heavy` itself.

    `answers` names what the command prints with `--json`, beside the envelope: a mapping of the words that stand in the
    envelope (`"sl list"`) to a tuple of pydantic models, one for each shape of an answer. The published JSON Schemas
    are made from them; no command imports them to answer.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)?$")
    summary: str
    handler: CodeReference
    in_daemon: bool = False
    verbs: Mapping[str, str] = Field(default_factory=dict)
    heavy_with: Mapping[str, str] = Field(default_factory=dict)
    answers: CodeReference | None = None


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal of whoever called, not of the process that runs the command."""

    width: int = 80
    stdin_is_terminal: bool = False
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False
    color: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a command.

    `arguments` are the words after the command's name. `program` is what the user typed to get here (`ktx`, or
    `npx @kaelio/ktx`), for the commands that messages suggest. Data goes to `stdout`, all else to `stderr`.
    `interruption` is for calls that ^C cannot reach by itself, `capabilities` for what other features can do. `mode`
    says whether what a command keeps in memory may be of use to a later call.
    """

    arguments: tuple[str, ...]
    working_directory: Path
    environment: Mapping[str, str]
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    terminal: Terminal = Terminal()
    program: str = "ktx"
    mode: Mode = Mode.ONE_SHOT
    interruption: Interruption = field(default_factory=Interruption, compare=False, repr=False)
    capabilities: Capabilities = field(default_factory=Capabilities, compare=False, repr=False)


CommandHandler = Callable[[Invocation], int]
"""Returns the exit code. Raises `KtxError` for an expected failure; the host prints it and exits with its code."""
