"""`ktx --help`: every command there is, installed or not."""

from __future__ import annotations

from ktx_runtime.cli.call import Call
from ktx_runtime.cli.commands import declared_commands
from ktx_runtime.registry.reserved import FRAMEWORK_COMMANDS
from ktx_runtime.state.readiness import assess


def show_overview(call: Call) -> int:
    """Print all commands, with the feature to which each belongs."""
    manifest = assess(call.host.paths, wheel_sha256=None).manifest
    rows = [(command.name, f"{command.summary} [{command.feature}]") for command in declared_commands(call, manifest)]
    rows += FRAMEWORK_COMMANDS.items()
    width = max(len(name) for name, _ in rows)
    lines = [f"usage: {call.host.command('<command>', '[options]')}", "", "commands:"]
    lines += [f"  {name.ljust(width)}  {summary}" for name, summary in rows]
    lines += ["", "options everywhere:", "  --yes       install what the command needs", "  --no-input  never ask"]
    call.stdout.write("\n".join(lines) + "\n")
    return 0
