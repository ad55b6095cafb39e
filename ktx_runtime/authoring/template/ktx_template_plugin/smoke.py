"""Proof that the feature works where it was installed."""

from ktx_template_plugin.greeting import greet


def greets() -> str | None:
    """None when all is well, otherwise the reason."""
    found = greet("world")
    return None if found == "hello, world" else f"it says {found}"
