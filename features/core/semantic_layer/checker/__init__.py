"""The plan checker: re-derives from the emitted tree at what grain each measure is aggregated, and why no join on its
way can multiply its rows. It shares the model's parsed expressions with the compiler, and none of its planning.
"""

from semantic_layer.checker.check import check_query
from semantic_layer.checker.proof import JoinProof, MeasureProof, Proof

__all__ = ["JoinProof", "MeasureProof", "Proof", "check_query"]
