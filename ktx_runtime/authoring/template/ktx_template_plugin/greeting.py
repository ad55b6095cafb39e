"""What this plugin can do."""


def greet(who: str) -> str:
    """A greeting. Raises ValueError for nobody."""
    if not who.strip():
        raise ValueError("nobody to greet")
    return f"hello, {who}"
