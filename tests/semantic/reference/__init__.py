"""A naive evaluator of semantic queries: plain Python, row by row, written from the rules alone.

It plans nothing. For each measure it walks the rows of the measure's own source, looks up each row's dimension values
by following declared joins, keeps the rows that the filters admit, groups, and aggregates with exact fractions. Slow
and obvious on purpose: it is what the compiler's SQL is held against.
"""

from reference.evaluate import evaluate
from reference.refusal import Refused

__all__ = ["Refused", "evaluate"]
