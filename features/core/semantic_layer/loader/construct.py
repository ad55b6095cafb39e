"""A tree of nodes to plain values: what YAML guesses about a scalar, decided by what the key wants.

A source is text nearly everywhere, so `on`, `yes`, `2024-01-01` and `12:30:00` stay as they are written. The few keys
that want a truth value take YAML's spellings of one, and free metadata follows YAML 1.2's core schema.
"""

import math
import re
from enum import Enum, auto

from semantic_layer.loader.nodes import Entries, Items, Mark, Node, Scalar
from semantic_layer.loader.problem import FileProblem, FileRejected

MOST_VALUES = 500_000
"""In one file, aliases written out: a file of a few lines can ask for billions."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "y"})
_FALSE = frozenset({"false", "no", "off", "n"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,1000}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "null", "bool", "int", "float"))

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]


class _Wants(Enum):
    """How a plain scalar is understood."""

    TEXT = auto()
    TRUTH = auto()
    FREE = auto()


_KEYS_OF_TRUTH = frozenset({"pk", "nullable", "not_null", "unique"})
_KEYS_OF_FREE_DATA = frozenset({"tests", "freshness"})


def construct(node: Node | None, *, file: str) -> Value:
    """`node` as dicts, lists, text, numbers, truth values and None. Raises FileRejected."""
    return _Constructor(file).value(node, _Wants.TEXT) if node is not None else None


class _Constructor:
    def __init__(self, file: str) -> None:
        self._file = file
        self._left = MOST_VALUES

    def value(self, node: Node, wants: _Wants) -> Value:
        self._left -= 1
        if self._left < 0:
            raise self._rejected(node.mark, "yaml-too-many-values", "expands to too many values through its aliases")
        match node:
            case Scalar():
                return self._scalar(node, wants)
            case Items():
                return [self.value(item, wants) for item in node.items]
            case Entries():
                return {key: self.value(child, _wanted_below(key, wants)) for key, (_, child) in node.entries.items()}

    def _scalar(self, node: Scalar, wants: _Wants) -> Value:
        if node.tag not in (None, "!"):
            if node.tag not in _CORE_TAGS:
                raise self._rejected(node.mark, "yaml-tag", f"has a tag that is not allowed here: {node.tag}")
            wants = _Wants.TEXT if node.tag.endswith(":str") else _Wants.FREE
            return node.text if wants is _Wants.TEXT else _by_core_schema(node.text)
        if node.style is not None or node.tag == "!":
            return node.text
        if node.text in _NULLS:
            return None
        if wants is _Wants.TEXT:
            return node.text
        return _as_truth(node.text) if wants is _Wants.TRUTH else _by_core_schema(node.text)

    def _rejected(self, mark: Mark, code: str, message: str) -> FileRejected:
        return FileRejected(FileProblem(self._file, code, message, line=mark.line, column=mark.column))


def _wanted_below(key: str, wants: _Wants) -> _Wants:
    if wants is _Wants.FREE or key in _KEYS_OF_FREE_DATA:
        return _Wants.FREE
    return _Wants.TRUTH if key in _KEYS_OF_TRUTH else _Wants.TEXT


def _as_truth(text: str) -> Value:
    if text.lower() in _TRUE:
        return True
    return False if text.lower() in _FALSE else text


def _by_core_schema(text: str) -> Value:
    if text in _NULLS:
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
