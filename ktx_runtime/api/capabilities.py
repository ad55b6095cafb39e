"""What else the environment can do, called by name: a plugin builds on another's feature and imports nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ktx_runtime.api.errors import KtxError, UsageError
from ktx_runtime.api.interruption import Interruption


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """How a command ended, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    def answer(self) -> dict[str, Any]:
        """What a command that was called with `--json` answers, the envelope's own keys among it.

        A number that no float holds exactly is a `Decimal`. Raises `KtxError` with the code, the message, the hint and
        the details of the failure that the command tells.
        """
        import json  # noqa: PLC0415 - every operation's context imports this module, and few call anything

        try:
            told: dict[str, Any] = json.loads(self.stdout, parse_float=_number)
            if told["ok"]:
                return told
            error = told["error"]
            message, code, hint = error["message"], error["code"], error.get("hint")
        except (ValueError, KeyError, TypeError):
            first = (self.stderr.strip().splitlines() or [f"it ended with {self.exit_code} and no answer"])[0]
            raise KtxError(first.removeprefix("error: "), code="command-failed") from None
        raise KtxError(message, code=code, hint=hint, details=error.get("details"))


class Capabilities:
    """Operations and commands of all features, the caller's own too. One for each call, made by its host.

        answer = invocation.capabilities.run_command("sl", "list", "--json").answer()

    What is called has the caller's working directory and environment. It is called in the caller's thread, and several
    threads may call at once. An `interruption` of the caller's making ends it, with KeyboardInterrupt; without one it
    ends with the caller.
    """

    def run_command(self, *words: str, stdin: str = "", interruption: Interruption | None = None) -> CommandOutcome:
        """Run the command that `words` begin with. What it raises is told by the outcome, as on a command line.

        Raises `KtxError` (code `own-process-needed`) for a command that is not declared with `in_daemon`, and
        `UsageError` for one that nobody declares.
        """
        del stdin, interruption
        raise _unknown(f"command: {' '.join(words)}")

    def call_operation(
        self, name: str, request: Mapping[str, object], *, interruption: Interruption | None = None
    ) -> dict[str, Any]:
        """The response of the operation called `name`, as JSON has it.

        Raises `OperationRefused` as the operation does, `FeatureMissing` where its feature is not installed, and
        `UsageError` for a name that nobody declares.
        """
        del request, interruption
        raise _unknown(f"operation: {name}")


def _number(text: str) -> float | Decimal:
    exact, near = Decimal(text), float(text)
    return near if Decimal(repr(near)) == exact else exact


def _unknown(what: str) -> UsageError:
    return UsageError(f"there is no host here that could find the {what}", code="no-host")
