"""Where the parts of a loaded source were written: a source may come from a shard and an overlay."""

from semantic_layer.frozen import frozen
from semantic_layer.loader.nodes import Path


@frozen
class Origin:
    """The place of a value: a path inside the document of a file."""

    file: str
    path: Path = ()

    def below(self, *steps: str | int) -> "Origin":
        return Origin(self.file, (*self.path, *steps))


@frozen
class Origins:
    """The origin of a source, and of those of its parts that come from somewhere else."""

    whole: Origin
    parts: tuple[tuple[Path, Origin], ...] = ()

    def of(self, path: Path) -> Origin:
        """Where the value at `path` of the source was written: the longest part that covers it decides."""
        covering = [part for part in self.parts if path[: len(part[0])] == part[0]]
        prefix, origin = max(covering, key=lambda part: len(part[0]), default=((), self.whole))
        return origin.below(*path[len(prefix) :])
