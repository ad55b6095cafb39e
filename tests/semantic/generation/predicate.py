"""Random conditions on one column."""

from __future__ import annotations

import random

_NUMBERS = [-3, 0, 1, 2, 5]
_DAYS = ["2024-01-01", "2024-01-15", "2024-02-01", "2024-03-01"]


def write_predicate(rng: random.Random, column: str, kind: str, name: str, *, tests_null: bool) -> str:
    """A condition on a column.

    Args:
        rng: The source of randomness.
        column: The column as it stands in an expression.
        kind: Its type in the model.
        name: Its bare name; keys have values of their own.
        tests_null: Whether the condition may be true of NULL.
    """
    if tests_null and rng.random() < 0.15:
        return rng.choice([f"{column} is null", f"{column} is not null"])
    if kind == "boolean":
        return rng.choice([column, f"not {column}", f"{column} = true", f"{column} = false"])
    if kind == "time":
        hour = rng.choice(["", "", " 00:00:00", " 10:30:00", "T23:59:59"])
        moment = f"'{rng.choice(_DAYS)}{hour}'"
        if rng.random() < 0.2:
            return f"{column} between '{_DAYS[0]}' and {moment}"
        return f"{column} {rng.choice(['>=', '<', '<=', '>', '=', '<>'])} {moment}"
    if kind == "string":
        word = rng.choice(["k1", "k2", "gone0"] if "code" in name else ["x", "y", "a", "pos", "none"])
        return rng.choice(
            [
                f"{column} = '{word}'",
                f"{column} <> '{word}'",
                f"{column} in ('{word}', 'z')",
                f"{column} not in ('{word}', 'b')",
                f"{column} like '{word[0]}%'",
                f"not {column} = '{word}'",
            ]
        )
    number = rng.choice(_NUMBERS)
    return rng.choice(
        [
            f"{column} > {number}",
            f"{column} <= {number}",
            f"{column} = {number}",
            f"{column} between {number} and {number + 3}",
            f"{column} in ({number}, 8)",
            f"not ({column} > {number} or {column} = 0)",
        ]
    )
