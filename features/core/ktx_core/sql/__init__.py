"""The operations on SQL text."""
