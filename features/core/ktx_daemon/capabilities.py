"""What a command or an operation may call by name while it runs here: everything that this environment declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ktx_daemon.interruption import ThreadInterruption
from ktx_runtime.api import Capabilities, Interruption, KtxError, Mode, OperationContext

if TYPE_CHECKING:
    from ktx_runtime.api import CommandOutcome
    from ktx_runtime.registry import Catalogue

T = TypeVar("T")


class Surroundings(NamedTuple):
    """Where the caller is: what is called is there too."""

    working_directory: Path
    environment: Mapping[str, str]
    program: str
    interruption: Interruption
    mode: Mode = Mode.ONE_SHOT


class HostCapabilities(Capabilities):
    """`catalogue` is read at the first call where it is not given, and what calls need is imported there.

    Most callers never call.
    """

    def __init__(self, surroundings: Surroundings, *, catalogue: Catalogue | None = None) -> None:
        self._surroundings = surroundings
        self._given = catalogue

    @cached_property
    def _catalogue(self) -> Catalogue:
        from ktx_runtime.registry import load_catalogue  # noqa: PLC0415 - all the records, only where somebody calls

        return self._given or load_catalogue(self._surroundings.environment)

    def run_command(self, *words: str, stdin: str = "", interruption: Interruption | None = None) -> CommandOutcome:
        """As `Capabilities` has it."""
        import io  # noqa: PLC0415 - as the class says

        from ktx_daemon.command_host import find_command, run_command  # noqa: PLC0415 - it imports this module
        from ktx_daemon.installation import find_installation  # noqa: PLC0415
        from ktx_runtime.api import CommandOutcome, Invocation  # noqa: PLC0415

        command, _ = find_command(self._catalogue, words)
        if not command.in_daemon:
            raise KtxError(
                f"{command.name} runs in a process of its own",
                code="own-process-needed",
                hint=f"run: {self._surroundings.program} {command.name}",
            )
        stdout, stderr = io.StringIO(), io.StringIO()
        logs_directory = find_installation(self._surroundings.environment).paths.logs_directory

        def run(inner: Interruption) -> int:
            return run_command(
                self._catalogue,
                Invocation(
                    arguments=words,
                    working_directory=self._surroundings.working_directory,
                    environment=self._surroundings.environment,
                    stdin=io.StringIO(stdin),
                    stdout=stdout,
                    stderr=stderr,
                    program=self._surroundings.program,
                    mode=self._surroundings.mode,
                    interruption=inner,
                ),
                logs_directory=logs_directory,
            )

        code = self._interruptible(run, interruption)
        return CommandOutcome(code, stdout.getvalue(), stderr.getvalue())

    def call_operation(
        self, name: str, request: Mapping[str, object], *, interruption: Interruption | None = None
    ) -> dict[str, Any]:
        """As `Capabilities` has it."""
        import json  # noqa: PLC0415 - as the class says

        from ktx_daemon.operations import find_operation  # noqa: PLC0415 - it imports this module

        bound = find_operation(self._catalogue, name)
        body = json.dumps(request).encode()

        def run(inner: Interruption) -> bytes:
            here = self._surroundings
            context = OperationContext(here.mode, here.working_directory, dict(here.environment), inner)
            return bound.run(body, context)

        answer: dict[str, Any] = json.loads(self._interruptible(run, interruption))
        return answer

    def _interruptible(self, run: Callable[[Interruption], T], given: Interruption | None) -> T:
        """`run` with an interruption of its own that follows the one given, else with the caller's."""
        if given is None:
            return run(self._surroundings.interruption)
        inner = ThreadInterruption()
        with given.calling(inner.interrupt):
            return inner.run(lambda: run(inner))
