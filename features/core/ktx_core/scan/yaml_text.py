"""Shards as text: new ones in one plain form, old ones changed where they lie, comments and all."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ktx_core.scan.edits import Edit, Insert, apply_edits

_NEVER_FOLD = 1_000_000
"""Columns. A line that is folded comes out otherwise when the file is written again."""


def written(document: Mapping[str, object]) -> str:
    """A new file: one line a column, as long as it has nothing below it."""
    import yaml  # noqa: PLC0415 - only where files are written

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    form: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": _NEVER_FOLD, "default_flow_style": None}
    return str(yaml.dump(document, Dumper=dumper, **form))


def rewritten(text: str, edits: Iterable[Edit]) -> str:
    """`text` with `edits` applied and all else as it was: comments, order of keys, quotes, block or flow, line ends."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _NEVER_FOLD
    yaml.indent(**_indentation(text))
    line_end = "\r\n" if "\r\n" in text else "\n"
    document = yaml.load(text.replace("\r\n", "\n"))
    apply_edits(document, (_on_one_line(edit) for edit in edits))
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue().replace("\n", line_end)


def _on_one_line(edit: Edit) -> Edit:
    """What is inserted looks as `written` would have it: a mapping without anything below it is one line."""
    from ruamel.yaml.comments import CommentedMap  # noqa: PLC0415 - heavy

    if not isinstance(edit, Insert) or not isinstance(edit.value, Mapping):
        return edit
    made = CommentedMap(edit.value)
    if not any(isinstance(value, Mapping | list) for value in made.values()):
        made.fa.set_flow_style()
    return replace(edit, value=made)


def _indentation(text: str) -> dict[str, int]:
    """How the file indents its lists, so that lines that do not change stay as they are."""
    for line in text.splitlines():
        bare = line.lstrip(" ")
        if bare.startswith("- "):
            depth = len(line) - len(bare)
            offset = depth % 4
            return {"mapping": 2, "sequence": 2 + offset, "offset": offset}
    return {"mapping": 2, "sequence": 2, "offset": 0}
