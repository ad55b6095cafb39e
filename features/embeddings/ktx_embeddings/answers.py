"""What `ktx embed` prints with `--json`, key by key: the published JSON Schemas are made from it."""

from ktx_runtime.api import Record


class EmbeddedTexts(Record):
    """A vector for each text, in their order. `dimensions` is null where there was no text."""

    model: str
    dimensions: int | None
    embeddings: tuple[tuple[float, ...], ...]


class EmbeddedFile(Record):
    """Vectors that went to the file `output`."""

    model: str
    dimensions: int
    texts: int
    output: str
    format: str


EMBED = {"embed": (EmbeddedTexts, EmbeddedFile)}
