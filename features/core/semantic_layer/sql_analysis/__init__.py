"""What SQL says, without running it: the table a name means, whether a statement only reads, what a batch touches."""

from semantic_layer.sql_analysis.read_only import ReadOnlyVerdict, check_read_only

__all__ = ["ReadOnlyVerdict", "check_read_only"]
