"""From plain mappings to records, with refusals that say where and what is near."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from threading import Lock
from types import UnionType
from typing import TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from semantic_layer.errors import Problem, SemanticError, Where, nearest
from semantic_layer.model.query import Query
from semantic_layer.model.record import ModelRecord
from semantic_layer.model.source import Source

R = TypeVar("R", bound=ModelRecord)
_BUILDING = Lock()
_CODES = {
    "extra_forbidden": "unknown-key",
    "missing": "missing-key",
    "enum": "unknown-value",
    "table-xor-sql": "table-xor-sql",
}


def parse_source(raw: Mapping[str, object]) -> Source:
    """One source. Raises the first of `source_problems` as a SemanticError."""
    try:
        return _validated(Source, raw)
    except ValidationError as error:
        raise SemanticError.of(_problems(error, Source, _source_name(raw))[0]) from None


def parse_query(raw: Mapping[str, object]) -> Query:
    """A query. Raises SemanticError at the first thing that is off."""
    try:
        return _validated(Query, raw)
    except ValidationError as error:
        raise SemanticError.of(_problems(error, Query, None)[0]) from None


def source_problems(raw: object) -> tuple[Problem, ...]:
    """Everything that is off in the shape of one source; empty when it parses."""
    try:
        _validated(Source, raw)
    except ValidationError as error:
        return _problems(error, Source, _source_name(raw))
    return ()


def _validated(record: type[R], raw: object) -> R:
    """The record. Its validator is built by the first caller while others wait; pydantic alone would let them race."""
    if not record.__pydantic_complete__:
        with _BUILDING:
            record.model_rebuild()
    return record.model_validate(raw)


def _source_name(raw: object) -> str | None:
    name = raw.get("name") if isinstance(raw, Mapping) else None
    return name if isinstance(name, str) else None


def _problems(error: ValidationError, record: type[BaseModel], source: str | None) -> tuple[Problem, ...]:
    details = error.errors(include_url=False, include_context=True)
    return tuple(_problem(detail, record, source) for detail in details)


def _problem(detail: ErrorDetails, record: type[BaseModel], source: str | None) -> Problem:
    loc = tuple(part for part in detail["loc"] if isinstance(part, str | int))
    where = Where(source=source, field=_path(loc) or None)
    code = _CODES.get(detail["type"], "invalid-value")
    if code == "unknown-key":
        known = list(_record_at(record, loc[:-1]).model_fields)
        near = nearest(str(loc[-1]), known)
        hint = None if near else f"known keys: {', '.join(known)}"
        return Problem(code, f"unknown key {loc[-1]!r}", where, near, hint)
    if code == "missing-key":
        return Problem(code, f"the key {loc[-1]!r} is missing", where)
    if code == "unknown-value":
        return _unknown_value(detail, record, loc, where)
    return Problem(code, detail["msg"][:1].lower() + detail["msg"][1:], where)


def _unknown_value(detail: ErrorDetails, record: type[BaseModel], loc: tuple[str | int, ...], where: Where) -> Problem:
    last = next((part for part in reversed(loc) if isinstance(part, str)), "value")
    known = _members(_record_at(record, loc[:-1]), last)
    given = detail["input"]
    code = f"unknown-{last.removeprefix('natural_')}"
    near = nearest(given, known) if isinstance(given, str) else ()
    shown = repr(given) if isinstance(given, str) else type(given).__name__
    return Problem(code, f"unknown {last} {shown}", where, near, f"one of: {', '.join(known)}")


def _members(record: type[BaseModel], field: str) -> list[str]:
    found = record.model_fields.get(field)
    for candidate in _alternatives(found.annotation if found else None):
        if isinstance(candidate, type) and issubclass(candidate, StrEnum):
            return [member.value for member in candidate]
    return []


def _record_at(record: type[BaseModel], loc: Sequence[str | int]) -> type[BaseModel]:
    for part in loc:
        if isinstance(part, str) and part in record.model_fields:
            record = _nested(record.model_fields[part].annotation) or record
    return record


def _nested(annotation: object) -> type[BaseModel] | None:
    for candidate in _alternatives(annotation):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _alternatives(annotation: object) -> list[object]:
    """The annotation taken apart to its leaves: through unions, tuples and mappings."""
    if get_origin(annotation) in (Union, UnionType, tuple, dict):
        return [leaf for part in get_args(annotation) for leaf in _alternatives(part)]
    return [annotation]


def _path(loc: tuple[str | int, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
