"""Join conditions: equality of keys, or something else that still finds one row at most."""

from __future__ import annotations

from generation.names import quoted
from generation.shape import Link, Shape


def condition(link: Link, shape: Shape, shapes: list[Shape]) -> str:
    """The text of ``on`` for a link of the shape."""
    above = shapes[link.above]
    role, own = quoted(link.alias or above.name), quoted(shape.name)
    pairs = [
        (f"{own}.{quoted(foreign)}", f"{role}.{quoted(key)}")
        for (foreign, _), (key, _) in zip(shape.foreign_key(link, shapes), above.key, strict=True)
    ]
    plain = " and ".join(f"{right} = {left}" if link.swapped else f"{left} = {right}" for left, right in pairs)
    foreign, key = pairs[0]
    return [
        plain,
        f"{plain} and {role}.{quoted(above.columns['num'])} >= 0",
        f"{plain} and {own}.{quoted(shape.columns['num'])} <> 2",
        f"{foreign} >= {key} and {foreign} <= {key}",
        f"coalesce({foreign}, 1) = {key}",
        f"{plain} or ({foreign} is null and {key} = 2)",
        f"{foreign} + 1 = {key} and {own}.{quoted(shape.columns['cat'])} in ('x', 'y')",
    ][link.style]
