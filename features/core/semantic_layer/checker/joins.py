"""Is a join in the emitted tree one that the model declares, and can it multiply rows?"""

from collections.abc import Iterator
from typing import cast

from sqlglot import exp

from semantic_layer.checker.proof import JoinProof
from semantic_layer.checker.refusal import unproven
from semantic_layer.expressions import Field, Tree, conjuncts, substituted
from semantic_layer.expressions.identifiers import column
from semantic_layer.graph import FAR, DeclaredJoin, ModelIndex, computed_column, join_condition
from semantic_layer.model import Relationship

Conjuncts = frozenset[object]

_ONE = frozenset({Relationship.MANY_TO_ONE, Relationship.ONE_TO_ONE})
_ONE_BACKWARDS = frozenset({Relationship.ONE_TO_MANY, Relationship.ONE_TO_ONE})


def judge_join(index: ModelIndex, condition: Tree, aliases: dict[str, str], far: str) -> JoinProof:
    """The join of alias `far` to those in `aliases` (alias to source, `far` among them).

    Raises SemanticError (`unproven-plan`) when its condition is none that the model declares between the two.
    """
    near = _other_alias(condition, far, aliases)
    emitted = _conjuncts(_unguarded(condition))
    matches = [
        _proof(declared, aliases[near], aliases[far], flipped=flipped)
        for declared, flipped in _declared_between(index, aliases[near], aliases[far])
        if _says(emitted, _expected(index, declared, near, far, flipped=flipped))
    ]
    if not matches:
        raise unproven(f"{aliases[far]!r} is joined to {aliases[near]!r} on what no join of the model says")
    # The same condition declared from both sides: the declaration that promises less counts.
    return max(matches, key=lambda proof: proof.multiplies)


def _says(emitted: Conjuncts, expected: Conjuncts) -> bool:
    """Whether the emitted condition is the declared one. It may ask besides that a row is there: that finds no more."""
    return expected <= emitted and all(_is_presence(part) for part in emitted - expected)


def _is_presence(conjunct: object) -> bool:
    return (
        isinstance(conjunct, exp.Not)
        and isinstance(conjunct.this, exp.Is)
        and isinstance(conjunct.this.this, exp.Column)
        and isinstance(conjunct.this.expression, exp.Null)
    )


def _other_alias(condition: Tree, far: str, aliases: dict[str, str]) -> str:
    others = {node.table for node in condition.find_all(exp.Column)} - {far}
    if len(others) != 1 or not others <= aliases.keys():
        raise unproven(f"the join of {aliases[far]!r} reads {len(others)} other tables, not one")
    return others.pop()


def _declared_between(index: ModelIndex, near: str, far: str) -> Iterator[tuple[DeclaredJoin, bool]]:
    for owner, target, flipped in ((near, far, False), (far, near, True)):
        for position, join in enumerate(index.sources[owner].joins):
            if join.to == target:
                yield DeclaredJoin(owner, position, join), flipped


def _expected(index: ModelIndex, declared: DeclaredJoin, near: str, far: str, *, flipped: bool) -> Conjuncts:
    key = ("checker-on", declared.source, declared.position, near, far, flipped)

    def make() -> Conjuncts:
        owner, target = (far, near) if flipped else (near, far)

        def at(field: Field) -> Tree:
            if field.role == FAR:
                return _column(index, declared.join.to, field.column, target)
            return _column(index, declared.source, field.column, owner)

        return _conjuncts(substituted(join_condition(index, declared).tree, at))

    return index.remember(key, make)


def _column(index: ModelIndex, source: str, name: str, alias: str) -> Tree:
    computed = computed_column(index, source, name)
    if computed is None:
        return column(name, alias, index.dialect)
    return substituted(computed.tree, lambda field: _column(index, source, field.column, alias))


def _unguarded(tree: Tree) -> Tree:
    """The condition without the guards that make a computed column NULL where its row is missing.

    Such a guard can only keep a join from finding rows, so that what holds without it holds with it.
    """

    def strip(node: exp.Expr) -> exp.Expr:
        ifs = node.args.get("ifs") or []
        if isinstance(node, exp.Case) and node.this is None and not node.args.get("default") and len(ifs) == 1:
            test = ifs[0].this
            if isinstance(test, exp.Not) and isinstance(test.this, exp.Is):
                inner = cast("exp.Expr", ifs[0].args["true"]).copy()
                return inner if not isinstance(inner, exp.Binary) else exp.Paren(this=inner)
        return node

    if tree.find(exp.Case) is None:
        return tree
    return tree.copy().transform(strip)


def _conjuncts(tree: Tree) -> Conjuncts:
    return frozenset(_key(part) for part in conjuncts(tree))


def _key(tree: Tree) -> object:
    if isinstance(tree, exp.EQ):
        return frozenset((_bare(tree.this), _bare(tree.expression)))
    return tree


def _bare(tree: Tree) -> Tree:
    return tree.unnest()


def _proof(declared: DeclaredJoin, near: str, far: str, *, flipped: bool) -> JoinProof:
    relationship = declared.join.relationship
    multiplies = relationship not in (_ONE_BACKWARDS if flipped else _ONE)
    said = f"{declared.source}.joins[{declared.position}] declares {relationship.value}"
    return JoinProof(near, far, multiplies, f"{said}{', read backwards' if flipped else ''}")
