"""`ktx completion <shell>`: the script that makes a shell complete ktx's words."""

from __future__ import annotations

from collections.abc import Sequence

from ktx_runtime.cli.call import Call
from ktx_runtime.completion.shells import SHELLS, completion_script, how_to_complete


def show_completion(words: Sequence[str], call: Call) -> int:
    """Print the script, or how to ask for one. Raises `UsageError` for a shell that there is no script for."""
    if not words or words[0] in {"--help", "-h"}:
        call.stdout.write(how_to_complete(call.host.program))
        return 0
    if words[0] not in SHELLS or len(words) > 1:
        from ktx_runtime.api.errors import UsageError  # noqa: PLC0415 - only where a call fails

        raise UsageError(
            f"there is no completion for {words[0]}" if len(words) == 1 else f"unexpected argument: {words[1]}",
            hint=f"known are: {', '.join(SHELLS)}",
        )
    call.stdout.write(completion_script(words[0]))
    return 0
