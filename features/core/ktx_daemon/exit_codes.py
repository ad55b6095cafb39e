"""Exit codes that no `KtxError` carries."""

UNEXPECTED = 3
"""A failure that nobody expected; a log was written."""

INTERRUPTED = 130
"""^C: 128 + SIGINT."""

CLOSED_PIPE = 141
"""Whoever read stdout went away; what a shell reports of a program that SIGPIPE ended, 128 + 13."""
