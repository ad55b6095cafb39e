"""Overlays: what a hand-written file without `table` and `sql` changes of the scanned source of its name."""

from collections.abc import Collection, Iterator

from semantic_layer.errors import nearest
from semantic_layer.frozen import frozen
from semantic_layer.loader.construct import Value
from semantic_layer.loader.nodes import Path
from semantic_layer.loader.origin import Origin, Origins
from semantic_layer.loader.shape import (
    Entry,
    Finding,
    entries_of,
    is_entry,
    misshapen_entries,
    misshapen_texts,
    texts_of,
    unknown_keys,
)
from semantic_layer.model import Column, Join

_REPLACED = ("description", "grain", "measures", "segments", "default_time_dimension", "tags", "freshness")
_OVERLAY_KEYS = frozenset(
    {"name", "descriptions", "columns", "column_overrides", "exclude_columns", "joins", "disable_joins", *_REPLACED}
)
_MERGED_OF_COLUMN = frozenset({"descriptions", "constraints", "enum_values", "tests"})
_COLUMN_KEYS = frozenset(Column.model_fields)
_OVERRIDE_KEYS = _COLUMN_KEYS - {"expr"}
_JOIN_KEYS = frozenset(Join.model_fields)


@frozen
class Overlaid:
    """The source with the overlay applied, where its parts were written, and the entries of the overlay that could not
    be applied and were left out (their paths are the overlay's)."""

    source: dict[str, Value]
    origins: Origins
    findings: tuple[Finding, ...]


def is_overlay(entry: Entry) -> bool:
    """Whether `entry` describes no source of its own."""
    return "table" not in entry and "sql" not in entry


def misshapen_overlay(overlay: Entry) -> Iterator[Finding]:
    """What keeps `overlay` from being applied at all."""
    yield from unknown_keys(overlay, _OVERLAY_KEYS)
    yield from misshapen_entries(overlay.get("columns"), _COLUMN_KEYS, ("columns",), named=True)
    yield from misshapen_entries(overlay.get("joins"), _JOIN_KEYS, ("joins",), named=False)
    yield from misshapen_texts(overlay.get("exclude_columns"), ("exclude_columns",))
    yield from misshapen_texts(overlay.get("disable_joins"), ("disable_joins",))
    overrides = overlay.get("column_overrides")
    if not is_entry(overrides):
        yield from misshapen_entries(overrides, _OVERRIDE_KEYS, ("column_overrides",), named=True)
        return
    for name, override in overrides.items():
        if is_entry(override):
            yield from unknown_keys(override, _OVERRIDE_KEYS, ("column_overrides", name))
        else:
            yield Finding("wrong-shape", "wants a mapping: column_overrides", ("column_overrides", name))


def apply_overlay(source: Entry, scanned_at: Origin, overlay: Entry, overlay_at: Origin) -> Overlaid:
    """`source` as `overlay` changes it; neither is touched.

    Columns are overridden, then excluded, then added; joins are disabled, then added: an overlay can replace either.
    """
    builder = _OverlayBuilder(dict(source), scanned_at, overlay, overlay_at)
    builder.replace_whole_keys()
    builder.change_columns()
    builder.change_joins()
    return Overlaid(builder.source, Origins(scanned_at, tuple(builder.parts)), tuple(builder.findings))


class _OverlayBuilder:
    def __init__(self, source: dict[str, Value], scanned_at: Origin, overlay: Entry, overlay_at: Origin) -> None:
        self.source = source
        self.parts: list[tuple[Path, Origin]] = []
        self.findings: list[Finding] = []
        self._scanned_at = scanned_at
        self._overlay = overlay
        self._overlay_at = overlay_at

    def replace_whole_keys(self) -> None:
        for key in _REPLACED:
            if self._overlay.get(key) is not None:
                self.source[key] = self._overlay[key]
                self.parts.append(((key,), self._overlay_at.below(key)))
        words = self._overlay.get("descriptions")
        if words is not None:
            self.source["descriptions"] = _merged(self.source.get("descriptions"), words)

    def change_columns(self) -> None:
        scanned = entries_of(self.source.get("columns"))
        names = [str(column["name"]) for column in scanned]
        overrides = {name: (override, path) for name, override, path in _overrides(self._overlay)}
        excluded = texts_of(self._overlay.get("exclude_columns"))
        for name, (_, path) in overrides.items():
            self._expect(name, names, "overridden-column-missing", path)
        for index, name in enumerate(excluded):
            self._expect(name, names, "excluded-column-missing", ("exclude_columns", index))
        columns: list[Value] = []
        for index, (name, column) in enumerate(zip(names, scanned, strict=True)):
            if name in excluded:
                continue
            here = ("columns", len(columns))
            self.parts.append((here, self._scanned_at.below("columns", index)))
            if name in overrides:
                override, path = overrides[name]
                column = _patched(column, override)  # noqa: PLW2901  (the same column, from here on with its patch)
                self.parts.extend(((*here, key), self._overlay_at.below(*path, key)) for key in override)
            columns.append(column)
        self._add_columns(columns, {name for name in names if name not in excluded})
        self.source["columns"] = columns

    def _add_columns(self, columns: list[Value], present: set[str]) -> None:
        for index, column in enumerate(entries_of(self._overlay.get("columns"))):
            name, path = str(column["name"]), ("columns", index)
            if name in present:
                hint = "patch it under column_overrides, or exclude it first with exclude_columns"
                message = f"adds a column that the scanned source already has: {name}"
                self.findings.append(Finding("overlay-column-exists", message, path, hint))
            elif column.get("expr") is None:
                hint = "give it an expr: an overlay adds computed columns only"
                message = f"adds a column without an expr: {name}"
                self.findings.append(Finding("overlay-column-not-computed", message, path, hint))
            else:
                self.parts.append((("columns", len(columns)), self._overlay_at.below(*path)))
                columns.append(column)

    def change_joins(self) -> None:
        scanned = entries_of(self.source.get("joins"))
        disabled = {_spaced(text): index for index, text in enumerate(texts_of(self._overlay.get("disable_joins")))}
        present = {_spaced(str(join.get("on"))) for join in scanned}
        for text, index in disabled.items():
            self._expect(text, present, "disabled-join-missing", ("disable_joins", index))
        joins: list[Value] = []
        for index, join in enumerate(scanned):
            if _spaced(str(join.get("on"))) not in disabled:
                self.parts.append((("joins", len(joins)), self._scanned_at.below("joins", index)))
                joins.append(join)
        for index, join in enumerate(entries_of(self._overlay.get("joins"))):
            self.parts.append((("joins", len(joins)), self._overlay_at.below("joins", index)))
            joins.append(join)
        if joins or scanned:
            self.source["joins"] = joins

    def _expect(self, name: str, known: Collection[str], code: str, path: Path) -> None:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {' or '.join(near)}?" if near else None
            self.findings.append(Finding(code, f"names what the scanned source does not have: {name}", path, hint))


def _overrides(overlay: Entry) -> Iterator[tuple[str, Entry, Path]]:
    """The overrides by column: written as a list of entries with a name, or as a mapping of names to entries."""
    written = overlay.get("column_overrides")
    if is_entry(written):
        for name, override in written.items():
            if is_entry(override):
                yield name, override, ("column_overrides", name)
        return
    for index, override in enumerate(entries_of(written)):
        patch = {key: value for key, value in override.items() if key != "name"}
        yield str(override["name"]), patch, ("column_overrides", index)


def _patched(column: Entry, override: Entry) -> dict[str, Value]:
    """The column with what the override says; what several tools say side by side is merged, the rest replaced."""
    patched = dict(column)
    for key, value in override.items():
        if key != "name" and value is not None:
            patched[key] = _merged(column.get(key), value) if key in _MERGED_OF_COLUMN else value
    return patched


def _merged(below: Value, above: Value) -> Value:
    return {**below, **above} if is_entry(below) and is_entry(above) else above


def _spaced(text: str) -> str:
    """The text of an `on` with its spacing made alike: how it is broken into lines is no difference."""
    return " ".join(text.split())
