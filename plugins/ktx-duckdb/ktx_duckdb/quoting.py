"""Names and texts as SQL, quoted whether or not they need it."""


def name_of(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def text_of(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"
