"""What `--json` prints: one object, its answer's own keys beside the envelope's.

    {"schemaVersion": 1, "command": "sl list", "ok": true, "connections": […]}
    {"schemaVersion": 1, "command": "sl list", "ok": false, "error": {"code": …, "message": …, "hint": …}}

The answer's keys stand at the top, so that `jq .rows` needs no knowledge of the envelope. Error codes are stable;
messages and hints are for people and may change.
"""

from collections.abc import Mapping

from ktx_runtime.api.errors import KtxError
from ktx_runtime.api.json_text import to_json
from ktx_runtime.api.safe_text import plain_text

ENVELOPE_SCHEMA_VERSION = 1

_RESERVED = ("schemaVersion", "command", "ok", "error")


def success_envelope(command: str, answer: Mapping[str, object]) -> str:
    """The line to print for `answer`. Raises ValueError when a key of it belongs to the envelope."""
    taken = [key for key in _RESERVED if key in answer]
    if taken:
        raise ValueError(f"an answer cannot have the envelope's own key: {taken[0]}")
    return to_json({**_head(command, ok=True), **answer}, indent=2) + "\n"


def failure_envelope(command: str, error: KtxError) -> str:
    """The line to print for an expected failure."""
    return to_json({**_head(plain_text(command), ok=False), "error": describe_failure(error)}, indent=2) + "\n"


def describe_failure(error: KtxError) -> dict[str, object]:
    """`error` as data, free of escape codes and credentials; `details` only where there are some."""
    described: dict[str, object] = {
        "code": error.code,
        "message": plain_text(error.message),
        "hint": plain_text(error.hint) if error.hint else None,
    }
    if error.details:
        described["details"] = error.details
    return described


def failure_text(error: KtxError) -> str:
    """`error` for people: the message, and the hint on a line of its own."""
    lines = [f"error: {plain_text(error.message)}"]
    if error.hint:
        lines.append(f"hint: {plain_text(error.hint)}")
    return "\n".join(lines) + "\n"


def _head(command: str, *, ok: bool) -> dict[str, object]:
    return {"schemaVersion": ENVELOPE_SCHEMA_VERSION, "command": command, "ok": ok}
