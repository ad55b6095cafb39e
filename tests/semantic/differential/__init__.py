"""The compiler against the reference: run, compare, and make a failing case small."""

from differential.compare import Failure, compare
from differential.report import report
from differential.shrink import shrink

__all__ = ["Failure", "compare", "report", "shrink"]
