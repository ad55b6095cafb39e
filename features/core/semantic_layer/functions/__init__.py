"""Which functions the engines have, so that SQL which calls another is refused by name and not by the engine."""

from semantic_layer.functions.calls import recording_calls
from semantic_layer.functions.known import refuse_absent, undocumented

__all__ = ["recording_calls", "refuse_absent", "undocumented"]
