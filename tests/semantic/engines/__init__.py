"""Engines that the compiled SQL runs on, and the one form in which their answers are compared."""

from engines.engine import Engine, Result
from engines.table import SEMANTIC_TYPE, Column, PhysicalType, Scalar, Table, table
from engines.value import OneOf, difference, plain, plain_rows

__all__ = [
    "SEMANTIC_TYPE",
    "Column",
    "Engine",
    "OneOf",
    "PhysicalType",
    "Result",
    "Scalar",
    "Table",
    "difference",
    "plain",
    "plain_rows",
    "table",
]
