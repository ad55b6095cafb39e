"""The one way in: the model files of a connection, read."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path as FilePath

from semantic_layer.frozen import frozen
from semantic_layer.loader.assemble import AssemblyBuilder
from semantic_layer.loader.cache import CompiledCache
from semantic_layer.loader.discover import discover
from semantic_layer.loader.locate import Locator
from semantic_layer.loader.nodes import Path, PathStep
from semantic_layer.loader.origin import Origins
from semantic_layer.loader.path import parse_path
from semantic_layer.loader.problem import FileProblem, Position


@frozen
class LoadedConnection:
    """The sources of a connection, ready for `compile_query` and `validate_sources`, and what was wrong with its files.

    The sources are shared with nobody else, but not frozen: treat them as if they were.
    """

    sources: tuple[dict[str, object], ...]
    problems: tuple[FileProblem, ...]
    _origins: Mapping[str, Origins] = field(repr=False)
    _locator: Locator = field(repr=False, compare=False)

    def locate(
        self, source: str, path: str | None = None, *, line: int | None = None, column: int | None = None
    ) -> Position | None:
        """Where a part of a source is written, for a finding's `source`, `path`, `line` and `column`.

        What stands in a list is found by position or by name: `measures[2].expr`, `measures.revenue.expr`. None when no
        file holds such a source. Reads the file again, once, to find out.
        """
        origins = self._origins.get(source)
        if origins is None:
            return None
        return self._locator.position(origins.of(self._numbered(source, path or "")), line=line, column=column)

    def _numbered(self, source: str, path: str) -> Path:
        """The steps of a path, names in lists exchanged for positions."""
        value: object = next((found for found in self.sources if found.get("name") == source), None)
        steps: list[PathStep] = []
        for step in parse_path(path):
            known = step
            if isinstance(step, str) and isinstance(value, list):
                names = [item.get("name") if isinstance(item, dict) else None for item in value]
                known = names.index(step) if step in names else step
            steps.append(known)
            value = _below(value, known)
        return tuple(steps)


def load_connection(
    directory: FilePath, *, cache_directory: FilePath | None = None, dialect: str = "postgres"
) -> LoadedConnection:
    """Load `semantic-layer/<connection>/`: its `*.yaml|yml` and the scanned tables in `_schema/`.

    `dialect` is the one that the native types in `_schema` belong to. With a `cache_directory` an unchanged file is not
    read again. A broken file is a problem in the answer and hides nothing else; a missing directory raises
    FileNotFoundError.
    """
    cache = CompiledCache.of(directory, cache_directory)
    locator = Locator(directory)
    assembly = AssemblyBuilder(locator, _remembered_types(cache, dialect))
    problems: list[FileProblem] = []
    for file in discover(directory):
        parsed = cache.parsed(file)
        problems.extend(parsed.problems)
        if parsed.document is None:
            continue
        if file.is_shard:
            assembly.add_shard(file.name, parsed.document)
        else:
            assembly.add_file(file.name, parsed.document)
    assembled = assembly.sources()
    cache.save()
    return LoadedConnection(
        sources=tuple({**source.value} for source in assembled),
        problems=tuple(sorted([*problems, *assembly.problems], key=_by_place)),
        _origins={source.name: source.origins for source in assembled},
        _locator=locator,
    )


def _below(value: object, step: PathStep) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _by_place(problem: FileProblem) -> tuple[str, int, int]:
    return problem.file, problem.line or 0, problem.column or 0


def _remembered_types(cache: CompiledCache, dialect: str) -> Callable[[str], str]:
    def type_of(native: str) -> str:
        key = f"{dialect} {native}"
        known = cache.native_types.get(key)
        if known is None:
            from semantic_layer.generation.types import column_type  # noqa: PLC0415  (see remember_type)

            known = column_type(native, dialect) or "string"
            cache.remember_type(key, known)
        return known

    return type_of
