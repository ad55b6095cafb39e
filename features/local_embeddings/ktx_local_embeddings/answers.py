"""What `ktx setup local-embeddings` prints with `--json`, key by key: the published JSON Schemas are made from it."""

from ktx_runtime.api import Record


class SetupLocalEmbeddings(Record):
    """The model that works on this machine, and how long it took to load it and to compute a short text."""

    model: str
    directory: str
    dimensions: int
    detail: str
    load_seconds: float
    text_seconds: float


SETUP = {"setup local-embeddings": (SetupLocalEmbeddings,)}
