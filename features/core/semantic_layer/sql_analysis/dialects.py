"""The SQL dialects that the analysis knows by name."""

from semantic_layer.dialects import DIALECTS

SUPPORTED = DIALECTS


class UnsupportedDialectError(ValueError):
    """A dialect that is none of `SUPPORTED`."""

    def __init__(self, dialect: str) -> None:
        super().__init__(f"unsupported dialect {dialect[:40]!r}; known are {', '.join(SUPPORTED)}")


def canonical(dialect: str) -> str:
    """The name as in `SUPPORTED`, from any letter case.

    Raises `UnsupportedDialectError`.
    """
    name = dialect.strip().lower()
    if name not in SUPPORTED:
        raise UnsupportedDialectError(dialect)
    return name
