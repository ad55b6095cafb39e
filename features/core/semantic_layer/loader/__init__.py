"""Model files to sources: `semantic-layer/<connection>/`, its overlays and scanned shards.

`load_connection` is the way in. What is wrong with a file is a `FileProblem` with its place; the rest is loaded.
"""

from semantic_layer.loader.codes import CODES
from semantic_layer.loader.load import LoadedConnection, load_connection
from semantic_layer.loader.problem import FileProblem, Position

__all__ = ["CODES", "FileProblem", "LoadedConnection", "Position", "load_connection"]
