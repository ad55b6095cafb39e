"""The place of a finding in the text of its expression, where the refusal no longer knows it."""

from dataclasses import replace

from semantic_layer.errors import Problem, SemanticError
from semantic_layer.expressions import outside_subqueries, parse_expression, position
from semantic_layer.graph import column_parts


def placed_in_text(problem: Problem, text: object, *, dialect: str) -> Problem:
    """`problem` with line and column of the name that its message quotes, unless it has them already.

    Names are looked up in normalised trees, which keep no positions; the parsed text still has them.
    """
    if problem.where.line is not None or not isinstance(text, str):
        return problem
    try:
        tree = parse_expression(text, dialect, comments=True)
    except SemanticError:
        return problem
    for node in outside_subqueries(tree):
        parts = column_parts(node)
        if parts and any(repr(name) in problem.message for name in (".".join(parts), parts[-1], parts[0])):
            at = position(node)
            where = replace(problem.where, line=at.line, column=at.column, offset=at.offset)
            return replace(problem, where=where)
    return problem
