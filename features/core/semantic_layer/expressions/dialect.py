"""The dialects that are compiled for. A dialect from a caller is looked up here, never pasted."""

from semantic_layer.dialects import DIALECTS
from semantic_layer.errors import SemanticError, nearest

_OTHER_NAMES = {"mariadb": "mysql", "mssql": "tsql", "postgresql": "postgres", "sqlserver": "tsql"}


def dialect_name(name: str) -> str:
    """The name as `DIALECTS` spells it, in any letter case and by its usual other names."""
    folded = name.strip().lower() if isinstance(name, str) else ""
    found = _OTHER_NAMES.get(folded, folded)
    if found not in DIALECTS:
        raise SemanticError(
            "unsupported-dialect",
            f"queries are not compiled for the dialect {name!r}",
            near=nearest(folded, DIALECTS),
            hint=f"one of: {', '.join(DIALECTS)}",
        )
    return found
