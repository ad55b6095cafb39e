"""Does a derived table that marks rows have at most one row for each of them?"""

from sqlglot import exp

from semantic_layer.checker.proof import JoinProof
from semantic_layer.checker.refusal import unproven
from semantic_layer.expressions import Tree, conjuncts


def judge_marks(join: exp.Join, source: str) -> JoinProof:
    """A join with a query of distinct keys that equates every one of them.

    Raises SemanticError (`unproven-plan`) for any other: a row could be marked twice, and count twice.
    """
    alias, query = join.alias_or_name, join.this.this
    if not isinstance(query, exp.Select) or not query.args.get("distinct") or query.args.get("group"):
        raise unproven(f"the derived table {alias!r} is joined, and its rows are not distinct")
    keys = {projection.alias_or_name for projection in query.expressions}
    equated = {key for part in conjuncts(join.args["on"]) for key in _equated(part, alias)}
    if keys != equated:
        raise unproven(f"{alias!r} is joined by some of its keys only")
    reason = f"{alias} has each key once: {', '.join(sorted(keys))}"
    return JoinProof(from_source=source, to_source=source, multiplies=False, reason=reason)


def _equated(condition: Tree, alias: str) -> list[str]:
    """The column of `alias` that a condition equates with something else's."""
    if not isinstance(condition, exp.EQ):
        return []
    own, other = condition.expression, condition.this
    reads_own = any(node.table == alias for node in other.find_all(exp.Column))
    return [own.name] if isinstance(own, exp.Column) and own.table == alias and not reads_own else []
