"""Extends and refinements: every view and explore as it is in the end.

A refinement changes an object in place, in the order of the files; `extends` copies what it names, refined, and lays
its own parameters over it, the last of several winning (Looker's documentation of both). Fields are merged parameter by
parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from ktx_lookml.files import Block, is_yes, names_in
from ktx_lookml.refusal import NotCarriedOver

_NAMED_LISTS = ("dimensions", "dimension_groups", "measures", "filters", "parameters", "joins", "sets")
_OF_THE_OBJECT_ALONE = frozenset({"name", "extends", "extends__all", "extension", "final"})
_EXTENDED = "${EXTENDED}"


class Family:
    """Views, or explores, by name, with what refines and extends them."""

    def __init__(self, kind: str, blocks: Iterable[Block]) -> None:
        self.warnings: list[str] = []
        self._kind = kind
        self._blocks: dict[str, Block] = {}
        self._done: dict[str, Block] = {}
        refinements: list[Block] = []
        for block in blocks:
            name = str(block.get("name"))
            if name.startswith("+"):
                refinements.append(block)
            elif name in self._blocks:
                self.warnings.append(f"{kind} {name} is declared twice: the first counts")
            else:
                self._blocks[name] = deepcopy(block)
        self._refine(refinements)

    @property
    def names(self) -> tuple[str, ...]:
        """Every object that is more than a template, in the order of the files."""
        return tuple(name for name, block in self._blocks.items() if block.get("extension") != "required")

    def __contains__(self, name: str) -> bool:
        return name in self._blocks

    def resolve(self, name: str, *, waiting: tuple[str, ...] = ()) -> Block:
        """The object with all that it inherits. Raises `NotCarriedOver` for a circle or a missing parent."""
        if name in self._done:
            return self._done[name]
        if name in waiting:
            raise NotCarriedOver(f"extends itself: {' > '.join((*waiting, name))}")
        block = self._blocks[name]
        resolved: Block = {}
        for parent in names_in(block, "extends"):
            if parent not in self._blocks:
                raise NotCarriedOver(f"extends a {self._kind} that is not there: {parent}")
            resolved = _laid_over(resolved, self.resolve(parent, waiting=(*waiting, name)))
        self._done[name] = {**_laid_over(resolved, block), "name": name}
        return self._done[name]

    def _refine(self, refinements: Iterable[Block]) -> None:
        final: set[str] = set()
        for refinement in refinements:
            name = str(refinement.get("name")).removeprefix("+")
            if name not in self._blocks:
                self.warnings.append(f"+{name} refines a {self._kind} that is not there")
            elif name in final:
                self.warnings.append(f"+{name} comes after a refinement that is final: it is left out")
            else:
                self._blocks[name] = _refined(self._blocks[name], refinement)
                if is_yes(refinement, "final"):
                    final.add(name)


def _refined(block: Block, refinement: Block) -> Block:
    parents = [*names_in(block, "extends"), *names_in(refinement, "extends")]
    extension = refinement.get("extension", block.get("extension"))
    own = {"name": block.get("name"), "extends": parents, "extension": extension}
    return {**_laid_over(block, refinement), **{key: value for key, value in own.items() if value}}


def _laid_over(below: Block, above: Block) -> Block:
    """Both without what concerns the one object alone."""
    merged = {key: deepcopy(value) for key, value in below.items() if key not in _OF_THE_OBJECT_ALONE}
    for key, value in above.items():
        if key in _NAMED_LISTS and isinstance(value, list):
            merged[key] = _named_list(merged.get(key, []), value)
        elif key not in _OF_THE_OBJECT_ALONE:
            merged[key] = _over(merged.get(key), value)
    return merged


def _named_list(below: list[Any], above: list[Any]) -> list[Any]:
    """Members by name: those of `above` change those of `below`, parameter by parameter, and add to them."""
    merged = {str(_name(item)): item for item in deepcopy(below)}
    for item in above:
        known = merged.get(str(_name(item)))
        merged[str(_name(item))] = _field(known, item) if isinstance(known, dict) and isinstance(item, dict) else item
    return list(merged.values())


def _field(below: Block, above: Block) -> Block:
    return {**below, **{key: _over(below.get(key), value) for key, value in above.items()}}


def _over(below: Any, above: Any) -> Any:  # noqa: ANN401 - a parameter of whatever kind
    if isinstance(below, str) and isinstance(above, str) and _EXTENDED in above:
        return above.replace(_EXTENDED, below)
    return deepcopy(above)


def _name(item: Any) -> object:  # noqa: ANN401 - a block, or what stands in its place
    return item.get("name") if isinstance(item, dict) else item
