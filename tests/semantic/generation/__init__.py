"""Random cases: a model, its data and a query, all from one source of randomness."""

from generation.case import Case, generate

__all__ = ["Case", "generate"]
