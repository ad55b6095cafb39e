"""What the checker found: for each measure the grain of its rows, for each join why it multiplies none."""

from semantic_layer.frozen import frozen


@frozen
class JoinProof:
    """A join of a SELECT, from the rows that were there to those of `to_source`.

    `multiplies` is False when one row meets at most one; `reason` says by what.
    """

    from_source: str
    to_source: str
    multiplies: bool
    reason: str


@frozen
class MeasureProof:
    """One aggregate: it runs over the rows of `source`, each counted once, or where `repeated` it may not matter.

    `grain` are the columns that identify such a row.
    """

    source: str
    grain: tuple[str, ...]
    aggregate: str
    repeated: bool
    joins: tuple[JoinProof, ...]


@frozen
class Proof:
    """For each column of the answer, by alias: the aggregates in it. A dimension has none."""

    columns: dict[str, tuple[MeasureProof, ...]]
