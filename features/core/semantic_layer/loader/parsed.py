"""One file, parsed on its own: what the cache keeps."""

from semantic_layer.frozen import frozen
from semantic_layer.loader.compose import compose
from semantic_layer.loader.construct import Value, construct
from semantic_layer.loader.problem import FileProblem, FileRejected
from semantic_layer.loader.text import decode


@frozen
class ParsedFile:
    """The document of a file, None when it is empty or was rejected."""

    document: Value
    problems: tuple[FileProblem, ...] = ()


def parse_content(content: bytes, *, file: str) -> ParsedFile:
    """Parse what `file` holds. What is wrong with it is in the answer, never raised."""
    try:
        return ParsedFile(construct(compose(decode(content, file=file), file=file), file=file))
    except FileRejected as error:
        return ParsedFile(None, error.problems)
