"""The documents of a connection to its sources: scanned tables first, then what is written by hand over them."""

from semantic_layer.errors import nearest
from semantic_layer.frozen import frozen
from semantic_layer.loader.construct import Value
from semantic_layer.loader.locate import Locator
from semantic_layer.loader.origin import Origin, Origins
from semantic_layer.loader.overlay import apply_overlay, is_overlay, misshapen_overlay
from semantic_layer.loader.problem import FileProblem
from semantic_layer.loader.shape import Finding, is_entry, is_name
from semantic_layer.loader.shards import TypeOf, misshapen_shard, misshapen_table, source_of_table


@frozen
class AssembledSource:
    """A source as the compiler takes it, and where it was written."""

    name: str
    value: dict[str, Value]
    origins: Origins


class AssemblyBuilder:
    """Takes the documents one after the other, shards before the rest; `sources` and `problems` are the answer."""

    def __init__(self, locator: Locator, type_of: TypeOf) -> None:
        self.problems: list[FileProblem] = []
        self._locator = locator
        self._type_of = type_of
        self._scanned: dict[str, AssembledSource] = {}
        self._written: dict[str, AssembledSource] = {}
        self._overlays: dict[str, tuple[dict[str, Value], Origin]] = {}

    def add_shard(self, file: str, document: Value) -> None:
        """Take the tables of a scanned shard."""
        whole = Origin(file)
        findings = list(misshapen_shard(document))
        self._report(whole, findings)
        tables = document.get("tables") if is_entry(document) else None
        for name, table in tables.items() if is_entry(tables) else ():
            origin = whole.below("tables", name)
            findings = list(misshapen_table(table))
            if findings or not is_entry(table):
                self._report(origin, findings)
            elif self._is_new(name, origin, self._scanned):
                source = source_of_table(name, table, self._type_of)
                self._scanned[name] = AssembledSource(name, source, Origins(origin))

    def add_file(self, file: str, document: Value) -> None:
        """Take what is written by hand: a source, an overlay, or a list of them."""
        whole = Origin(file)
        if isinstance(document, list):
            for index, entry in enumerate(document):
                self._add_entry(entry, whole.below(index))
        else:
            self._add_entry(document, whole)

    def sources(self) -> tuple[AssembledSource, ...]:
        """Every source, overlays applied, by name."""
        found = dict(self._scanned)
        for name, (overlay, origin) in self._overlays.items():
            overlaid = self._overlaid(name, overlay, origin)
            if overlaid is not None:
                found[name] = overlaid
        for name, source in self._written.items():
            if name in self._scanned:
                hint = "take out table and sql to make it an overlay on the scanned source"
                self._report_duplicate(name, source.origins.whole, self._scanned[name].origins.whole, hint)
            found[name] = source
        return tuple(found[name] for name in sorted(found))

    def _add_entry(self, entry: Value, origin: Origin) -> None:
        if not is_entry(entry):
            self._report(origin, [Finding("wrong-shape", "wants a source: a mapping with a name")])
            return
        name = entry.get("name")
        if not is_name(name):
            self._report(origin, [Finding("source-without-name", "has no name")])
        elif is_overlay(entry):
            if self._is_new(name, origin, {name: at for name, (_, at) in self._overlays.items()}):
                self._overlays[name] = (entry, origin)
        elif self._is_new(name, origin, self._written):
            self._written[name] = AssembledSource(name, entry, Origins(origin))

    def _overlaid(self, name: str, overlay: dict[str, Value], origin: Origin) -> AssembledSource | None:
        findings = list(misshapen_overlay(overlay))
        if findings:
            self._report(origin, findings)
            return None
        scanned = self._scanned.get(name)
        if scanned is None:
            near = nearest(name, self._scanned)
            hint = f"did you mean {' or '.join(near)}?" if near else "give it a table or sql"
            message = f"is an overlay (neither table nor sql) on a source that was not scanned: {name}"
            self._report(origin, [Finding("overlay-of-nothing", message, ("name",), hint)])
            return None
        overlaid = apply_overlay(scanned.value, scanned.origins.whole, overlay, origin)
        self._report(origin, overlaid.findings)
        return AssembledSource(name, overlaid.source, overlaid.origins)

    def _is_new(self, name: str, origin: Origin, known: "dict[str, AssembledSource] | dict[str, Origin]") -> bool:
        first = known.get(name)
        if first is None:
            return True
        self._report_duplicate(name, origin, first if isinstance(first, Origin) else first.origins.whole, None)
        return False

    def _report_duplicate(self, name: str, origin: Origin, first: Origin, hint: str | None) -> None:
        message = f"defines a source again that {self._locator.position(first)} defines: {name}"
        self._report(origin, [Finding("duplicate-source", message, ("name",), hint)])

    def _report(self, origin: Origin, findings: "list[Finding] | tuple[Finding, ...]") -> None:
        for finding in findings:
            at = self._locator.position(origin.below(*finding.path), at_key=finding.at_key)
            self.problems.append(
                FileProblem(at.file, finding.code, finding.message, line=at.line, column=at.column, hint=finding.hint)
            )
