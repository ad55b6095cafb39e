"""Names that are the framework's own, so that no plugin can take them."""

FRAMEWORK_COMMANDS = {
    "runtime": "install, inspect and repair ktx's own Python runtime",
    "plugin": "write a plugin of your own, and check it",
    "completion": "print what makes a shell complete ktx's words",
}
"""First word to summary."""

COMMAND_WORDS = frozenset({*FRAMEWORK_COMMANDS, "complete", "help", "version"})
"""No command of a feature may begin with one of these."""

ROUTES = frozenset({"/health", "/shutdown", "/commands/run"})
"""What a daemon answers itself."""


def reserved_by_framework(kind: str, name: str) -> bool:
    """Whether the `kind` (`command`, `route`) called `name` is the framework's to give."""
    if kind == "command":
        return name.partition(" ")[0] in COMMAND_WORDS
    return kind == "route" and name in ROUTES
