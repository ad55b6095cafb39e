"""The scripts that make a shell ask `ktx complete`."""

from __future__ import annotations

import re
from importlib.resources import files

SHELLS = {"bash": "ktx.bash", "zsh": "ktx.zsh", "fish": "ktx.fish", "powershell": "ktx.ps1"}
"""Shell to the file of its script. The head of each says how it is loaded."""


def completion_script(shell: str) -> str:
    """The script for `shell`, one of `SHELLS`."""
    return (files("ktx_runtime.completion") / "scripts" / SHELLS[shell]).read_text(encoding="utf-8")


def how_to_complete(program: str) -> str:
    """What `ktx completion` says when it is not told which shell."""
    ways = [f"  {shell:<10}  {_how_to_load(shell)}\n" for shell in SHELLS]
    return f"usage: {program} completion <{'|'.join(SHELLS)}>\n\n{''.join(ways)}"


def _how_to_load(shell: str) -> str:
    found = re.search(r"^# Completion of ktx for [^:]+: (.*)$", completion_script(shell), re.MULTILINE)
    return found[1] if found else ""
