"""Everything that ktx raises on purpose.

    KtxError                     1  an expected failure: what happened, why, and the next command
    ├── UsageError               2  the words of the call are off
    ├── InputRequired            4  consent or input is needed and cannot be asked for
    ├── PluginFailed             5  a plugin raised, exited, or declared what cannot be
    └── OperationRefused         1  an operation's request was understood and turned down (HTTP 400)
        ├── FeatureMissing       1  the operation belongs to a feature that is not installed (HTTP 501)
        └── Busy                 1  the queue is full; try again after `retry_after_seconds` (HTTP 503)

The number is the exit code of a command that ends with that error. Anything else that escapes is a
defect of ours: exit 3, with a log.
"""

from typing import ClassVar


class KtxError(Exception):
    """An expected failure.

    `code` is stable and kebab-case; `message` is lower case, one line, the value last; `hint` is the exact
    next command or action, shown on a line of its own; `details` is JSON-ready data for `--json` callers.
    None of them may contain a credential.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        code: str,
        hint: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.details = details or {}
        self.command: str | None = None
        """The command that failed, in full (`sl query`), where it went through a `CommandParser`."""


class UsageError(KtxError):
    """The words of the call are off: unknown option, missing argument, value out of range."""

    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        message: str,
        *,
        code: str = "usage",
        hint: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, hint=hint, details=details)


class InputRequired(KtxError):
    """Consent or another answer is needed, and nobody can be asked."""

    exit_code: ClassVar[int] = 4


class PluginFailed(KtxError):
    """A plugin raised, exited, or declared what cannot be."""

    exit_code: ClassVar[int] = 5


class OperationRefused(KtxError):
    """An operation's request was understood and turned down."""

    http_status: ClassVar[int] = 400


class FeatureMissing(OperationRefused):
    """What was asked for belongs to a feature that is not installed; the hint installs it."""

    http_status: ClassVar[int] = 501


class Busy(OperationRefused):
    """The queue is full."""

    http_status: ClassVar[int] = 503

    def __init__(
        self,
        message: str,
        *,
        code: str = "busy",
        retry_after_seconds: int = 1,
        hint: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, hint=hint, details=details)
        self.retry_after_seconds = retry_after_seconds
