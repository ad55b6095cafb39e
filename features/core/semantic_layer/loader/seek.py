"""From a path inside a document to the place in the file, also inside the text of an expression."""

from semantic_layer.loader.nodes import Entries, Items, Mark, Node, Path, Scalar


def seek(node: Node, path: Path) -> tuple[Node, Mark, bool]:
    """The node at `path`, the mark to show for it, and whether `path` was there to its end.

    Where a step leads nowhere (a missing key), the node above it is the answer. The mark of a mapping's value is the
    value's own, except that of a collection, which is its key's: that is where a reader looks.
    """
    mark = node.mark
    for step in path:
        if isinstance(node, Entries) and str(step) in node.entries:
            key, child = node.entries[str(step)]
            node, mark = child, child.mark if isinstance(child, Scalar) else key.mark
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            mark = node.mark
        else:
            return node, mark, False
    return node, mark, True


def seek_key(node: Node, path: Path) -> Mark | None:
    """Where the last step of `path` is written as a key; None when it is no key of a mapping there."""
    if not path:
        return None
    above, _, found = seek(node, path[:-1])
    if not found or not isinstance(above, Entries):
        return None
    entry = above.entries.get(str(path[-1]))
    return entry[0].mark if entry else None


def place_in_scalar(scalar: Scalar, lines: list[str], *, line: int, column: int) -> Mark:
    """The place in the file of `line` and `column` inside the text of `scalar`.

    Exact where the file shows the text as it is: plain and quoted scalars of one line without escapes, and literal
    blocks. Where YAML folds or unescapes, the start of the scalar.
    """
    within = scalar.text.split("\n")
    if not 1 <= line <= len(within):
        return scalar.mark
    wanted = within[line - 1]
    if scalar.style == "|":
        return _place_in_block(scalar, lines, wanted, line=line, column=column)
    start = scalar.mark.column - 1 + (1 if scalar.style in ("'", '"') else 0)
    shown = lines[scalar.mark.line - 1] if scalar.mark.line <= len(lines) else ""
    if len(within) == 1 and shown[start : start + len(wanted)] == wanted:
        return Mark(scalar.mark.line, start + column)
    return scalar.mark


def _place_in_block(scalar: Scalar, lines: list[str], wanted: str, *, line: int, column: int) -> Mark:
    number = scalar.mark.line + line
    shown = lines[number - 1] if number <= len(lines) else ""
    if not shown.endswith(wanted):
        return scalar.mark
    return Mark(number, len(shown) - len(wanted) + column)
