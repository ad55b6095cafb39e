"""Validation: everything that is wrong with a model, with positions, before a query meets it."""

from semantic_layer.validation.codes import CODES, Code, Severity
from semantic_layer.validation.report import Diagnostic, ValidationReport
from semantic_layer.validation.validate import validate_sources

__all__ = ["CODES", "Code", "Diagnostic", "Severity", "ValidationReport", "validate_sources"]
