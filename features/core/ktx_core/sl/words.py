"""From the words of `ktx sl query` to a query of the model's language."""

import re
from collections.abc import Mapping
from pathlib import Path

from ktx_runtime.api import Invocation, Namespace, UsageError

_NAMED_MEASURE = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<expr>.+)", re.DOTALL)
_GRANULARITY = re.compile(r"(?P<field>.*)@(?P<granularity>[A-Za-z_]+)", re.DOTALL)
_DIRECTION = re.compile(r"(?P<field>.+):(?P<direction>asc|desc)", re.DOTALL | re.IGNORECASE)
ALL_ROWS = "all"


def query_of(options: Namespace, invocation: Invocation) -> dict[str, object]:
    """The query that the options say: what the file holds, and what the flags add to it."""
    query = dict(_read_file(options.query_file, invocation)) if options.query_file else {}
    additions: dict[str, list[object]] = {
        "measures": [_measure(text) for text in options.measure],
        "dimensions": [_dimension(text) for text in options.dimension],
        "filters": list(options.filter),
        "segments": list(options.segment),
        "order_by": [_order(text) for text in options.order_by],
    }
    for key, added in additions.items():
        if added:
            present = query.get(key, [])
            query[key] = [*present, *added] if isinstance(present, list) else present
    if options.limit is not None:
        query["limit"] = None if options.limit == ALL_ROWS else options.limit
    if options.no_include_empty:
        query["include_empty"] = False
    if not query.get("measures") and not query.get("dimensions"):
        raise UsageError(
            "a query needs a measure or a dimension",
            hint=f"run: {invocation.program} sl list, or: {invocation.program} sl query --help",
        )
    return query


def limit_word(text: str) -> int | str:
    """What `--limit` takes: a number, or `all`. Raises ValueError."""
    if text == ALL_ROWS:
        return text
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _measure(text: str) -> object:
    """`orders.revenue`, `sum(orders.amount)`, or `name=expression`."""
    named = _NAMED_MEASURE.fullmatch(text.strip())
    return {"expr": named["expr"], "name": named["name"]} if named else text


def _dimension(text: str) -> object:
    """`orders.status`, `orders.created_at@month`, or `@month` of the default time dimension."""
    cut = _GRANULARITY.fullmatch(text.strip())
    if not cut:
        return text
    granularity = cut["granularity"].lower()
    return {"field": cut["field"], "granularity": granularity} if cut["field"] else {"granularity": granularity}


def _order(text: str) -> object:
    """`orders.revenue`, or with `:asc` or `:desc` behind it."""
    directed = _DIRECTION.fullmatch(text.strip())
    return {"field": directed["field"], "direction": directed["direction"].lower()} if directed else {"field": text}


def _read_file(name: str, invocation: Invocation) -> Mapping[str, object]:
    import yaml  # noqa: PLC0415 - most queries come without a file

    if name == "-":
        text, shown = invocation.stdin.read(), "stdin"
    else:
        file = invocation.working_directory / name
        text, shown = _read_text(file), str(file)
    try:
        found = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise UsageError(f"{place}: not valid YAML: {error.problem}", code="query-file") from None
    except yaml.YAMLError:
        raise UsageError(f"not valid YAML: {shown}", code="query-file") from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise UsageError(f"the query is not a mapping of keys to values: {shown}", code="query-file")
    return found


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", code="query-file") from None
    except ValueError:  # also a name with a NUL in it
        raise UsageError(f"not UTF-8 text: {file}", code="query-file") from None
