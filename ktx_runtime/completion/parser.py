"""What a parser would take next. For argparse's parsers, ktx's own and those of features' commands alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ktx_runtime.completion.candidates import Candidate, Candidates, Places

_PLACES = {"FILE": Places.FILES, "DIR": Places.DIRECTORIES, "PATH": Places.FILES}
"""What the name of an argument tells of its values."""

ValuesOf = Callable[[argparse.Action, dict[str, str], str], Iterable[Candidate] | None]
"""The values of an argument, given what was said so far and what is begun; None where nothing is known of them."""


def complete_parser(
    parser: argparse.ArgumentParser, words: Sequence[str], current: str, *, values_of: ValuesOf
) -> Candidates:
    """What could stand for `current` after `words`, which are those behind the command's name."""
    said = _Said(parser)
    for word in words:
        said.take(word)
    if said.waiting is not None:
        return _values(said.waiting, said.values, current, values_of)
    if not said.only_operands and current.startswith("-"):
        name, is_value, begun = current.partition("=")
        if not is_value:
            return said.options().beginning_with(current)
        action = parser._option_string_actions.get(name)  # noqa: SLF001 - argparse tells it nowhere else
        found = _values(action, said.values, begun, values_of) if action is not None else Candidates()
        return Candidates(tuple(Candidate(f"{name}={word.value}", word.description) for word in found.words))
    operand = said.operand()
    found = _values(operand, said.values, current, values_of) if operand is not None else Candidates()
    if found == Candidates() and not current and not said.only_operands:
        return said.options()
    return found


@dataclass(slots=True)
class _Said:
    """What the words before the cursor have said. `waiting` is the option whose value comes next."""

    parser: argparse.ArgumentParser
    values: dict[str, str] = field(default_factory=dict)
    waiting: argparse.Action | None = None
    only_operands: bool = False
    _operands: int = 0
    _used: set[str] = field(default_factory=set)

    def take(self, word: str) -> None:
        """The next word."""
        if self.waiting is not None:
            self.values[self.waiting.dest] = word
            self.waiting = None
        elif word == "--" and not self.only_operands:
            self.only_operands = True
        elif word.startswith("-") and len(word) > 1 and not self.only_operands:
            self._take_option(word)
        else:
            operand = self.operand()
            if operand is not None:
                self.values[operand.dest] = word
            self._operands += 1

    def _take_option(self, word: str) -> None:
        name, is_value, value = word.partition("=")
        action = self.parser._option_string_actions.get(name)  # noqa: SLF001 - as above
        if action is None:
            return
        self._used.add(action.dest)
        if is_value or action.nargs == 0:
            self.values[action.dest] = value
        else:
            self.waiting = action

    def operand(self) -> argparse.Action | None:
        """The positional argument that comes next; the last one takes all that follow, where it takes several."""
        operands = self.parser._get_positional_actions()  # noqa: SLF001 - as above
        if self._operands < len(operands):
            return operands[self._operands]
        last = operands[-1] if operands else None
        return last if last is not None and last.nargs in {"*", "+"} else None

    def options(self) -> Candidates:
        """The long options that may still be said."""
        found = []
        for action in self.parser._get_optional_actions():  # noqa: SLF001 - as above
            repeats = isinstance(action, argparse._AppendAction)  # noqa: SLF001 - as above
            if action.help is argparse.SUPPRESS or (action.dest in self._used and not repeats):
                continue
            names = [name for name in action.option_strings if name.startswith("--")]
            found += [Candidate(name, _help(action)) for name in names[:1]]
        return Candidates(tuple(found))


def _values(action: argparse.Action, said: dict[str, str], current: str, values_of: ValuesOf) -> Candidates:
    if action.choices is not None:
        return Candidates(tuple(Candidate(str(choice)) for choice in action.choices)).beginning_with(current)
    known = values_of(action, said, current)
    if known is not None:
        return Candidates(tuple(known)).beginning_with(current)
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    return Candidates(places=_PLACES.get(metavar))


def _help(action: argparse.Action) -> str:
    return (action.help or "").partition(" (default")[0]
