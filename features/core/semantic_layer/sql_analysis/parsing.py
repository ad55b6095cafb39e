"""sqlglot's parser, with its failures in our terms."""

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.tokenizer_core import Token

from semantic_layer.sqlglot_dialect import sqlglot_dialect

_LONGEST_EXCERPT = 60


class NotParsedError(ValueError):
    """`what` says why and shows the offending text; `offset` is 0-based in the SQL, when known."""

    def __init__(self, what: str, offset: int | None) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


def parse_statements(tokens: Sequence[Token], sql: str, dialect: str) -> list[exp.Expr]:
    """The trees of `tokens`, which are `sql` cut up.

    Raises `NotParsedError`, for any failure inside the parser as well as for its own refusals.
    """
    parser = sqlglot_dialect(dialect).parser(error_level=ErrorLevel.IMMEDIATE)
    try:
        return [tree for tree in parser.parse(list(tokens), sql) if tree is not None]
    except ParseError as error:
        raise NotParsedError(_describe(error), _offset(error, tokens)) from error
    except RecursionError as error:
        raise NotParsedError("nested too deeply", None) from error
    except Exception as error:  # the parser meets arbitrary text; a crash in it is a refusal
        raise NotParsedError("cannot be parsed", None) from error


def _describe(error: ParseError) -> str:
    first = error.errors[0] if error.errors else {}
    near = " ".join(str(first.get("highlight") or "").split())[:_LONGEST_EXCERPT]
    description = str(first.get("description") or "not understood")
    reason = "something is missing" if description.startswith("Required keyword") else description
    reason = reason.split("<Token", maxsplit=1)[0].strip().removesuffix("but got").rstrip(" .").lower()
    return f"cannot be parsed: {reason}" + (f", near {near!r}" if near else "")


def _offset(error: ParseError, tokens: Sequence[Token]) -> int | None:
    first = error.errors[0] if error.errors else {}
    place = (first.get("line"), first.get("col"))
    return next((token.start for token in tokens if (token.line, token.col) == place), None)
