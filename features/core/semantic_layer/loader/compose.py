"""YAML text to a tree of nodes.

Built from the parser's events rather than with PyYAML's composer: that one recurses in C and dies of deep nesting,
turns `on` into True before anyone can object, and forgets repeated keys. Nothing here constructs objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from semantic_layer.loader.nodes import Entries, Items, Mark, Node, Scalar
from semantic_layer.loader.problem import FileProblem, FileRejected

if TYPE_CHECKING:
    import yaml

DEEPEST_NESTING = 50
_TOO_DEEP = f"nests deeper than {DEEPEST_NESTING} levels"


def compose(text: str, *, file: str) -> Node | None:
    """The one document in `text`, None when it is empty. Raises FileRejected with every problem found."""
    return _Composer(file).compose(text)


class _Composer:
    """Turns the events of one file into a tree."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[Items | Entries, str | None, list[Node]]] = []
        self._documents: list[tuple[Mark, Node]] = []
        self._problems: list[FileProblem] = []

    def compose(self, text: str) -> Node | None:
        import yaml  # noqa: PLC0415  (a project loaded from its cache never needs it)

        for event in self._events(text):
            match event:
                case yaml.ScalarEvent():
                    self._add(self._scalar(event), event.anchor)
                case yaml.AliasEvent():
                    self._add(self._alias(event), None)
                case yaml.SequenceStartEvent():
                    self._start(Items(_mark(event)), event)
                case yaml.MappingStartEvent():
                    self._start(Entries(_mark(event)), event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._end()
                case _:
                    pass
        return self._only_document()

    def _events(self, text: str) -> Iterator[yaml.Event]:
        import yaml  # noqa: PLC0415  (as above)

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error, text) from error
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            problem = FileProblem(self._file, "yaml-syntax", "holds a control character", line=line, column=column)
            raise FileRejected(*self._problems, problem) from error

    def _syntax_error(self, error: yaml.MarkedYAMLError, text: str) -> FileRejected:
        at = error.problem_mark or error.context_mark
        line = at.line + 1 if at else None
        lines = text.splitlines()
        indented_by_tab = line is not None and line <= len(lines) and lines[line - 1].lstrip(" ").startswith("\t")
        # libyaml has a limit of its own, which its look-ahead for keys meets before the first of our events comes.
        too_deep = "nesting depth" in (error.problem or "")
        problem = FileProblem(
            self._file,
            "yaml-too-deep" if too_deep else "yaml-syntax",
            _TOO_DEEP if too_deep else f"is not valid YAML: {error.problem or error.context}",
            line=line,
            column=at.column + 1 if at else None,
            hint="indent with spaces, YAML takes no tabs" if indented_by_tab else None,
        )
        return FileRejected(*self._problems, problem)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        plain = event.style in (None, "")
        return Scalar(event.value, _mark(event), style=None if plain else event.style, tag=event.tag)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor in self._anchors:
            return self._anchors[event.anchor]
        mark = _mark(event)
        within = any(anchor == event.anchor for _, anchor, _ in self._open)
        reason = "holds itself" if within else "is not defined before this"
        raise FileRejected(
            *self._problems,
            FileProblem(
                self._file, "yaml-alias", f"anchor {reason}: {event.anchor}", line=mark.line, column=mark.column
            ),
        )

    def _start(self, node: Items | Entries, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= DEEPEST_NESTING:
            problem = FileProblem(self._file, "yaml-too-deep", _TOO_DEEP, line=node.mark.line, column=node.mark.column)
            raise FileRejected(*self._problems, problem)
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._problem(node.mark, "yaml-tag", f"has a tag that is not allowed here: {event.tag}")
        self._open.append((node, event.anchor, []))

    def _end(self) -> None:
        node, anchor, children = self._open.pop()
        if isinstance(node, Items):
            node.items.extend(children)
        else:
            self._fill(node, children)
        self._add(node, anchor)

    def _fill(self, node: Entries, children: list[Node]) -> None:
        merged: list[Node] = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._problem(key.mark, "yaml-key", "has a key that is not text")
            elif _is_merge_key(key):
                merged.extend(value.items if isinstance(value, Items) else [value])
            elif key.text in node.entries:
                at = f"first written in line {node.entries[key.text][0].mark.line}"
                self._problem(key.mark, "duplicate-key", f"has a key twice ({at}): {key.text}")
            else:
                node.entries[key.text] = (key, value)
        for source in merged:
            if isinstance(source, Entries):
                for name, entry in source.entries.items():
                    node.entries.setdefault(name, entry)
            else:
                self._problem(source.mark, "yaml-key", "merges (<<) what is not a mapping")

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1][2].append(node)
        else:
            self._documents.append((node.mark, node))

    def _problem(self, mark: Mark, code: str, message: str) -> None:
        self._problems.append(FileProblem(self._file, code, message, line=mark.line, column=mark.column))

    def _only_document(self) -> Node | None:
        if len(self._documents) > 1:
            hint = "write the sources as one list, or one file each"
            mark = self._documents[1][0]
            self._problems.append(
                FileProblem(
                    self._file,
                    "several-documents",
                    "holds more than one YAML document",
                    line=mark.line,
                    column=mark.column,
                    hint=hint,
                )
            )
        if self._problems:
            raise FileRejected(*self._problems)
        return self._documents[0][1] if self._documents else None


def _is_merge_key(key: Scalar) -> bool:
    return key.text == "<<" and key.style is None and key.tag is None


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start is not None else Mark(1, 1)
