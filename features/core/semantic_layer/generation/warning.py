"""What the reader of generated sources should know."""

from semantic_layer.frozen import frozen


@frozen
class GenerationWarning:
    """`code` is stable and kebab-case."""

    code: str
    message: str
