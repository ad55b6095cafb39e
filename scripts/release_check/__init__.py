"""Fifteen checks of the packed npm package, each a real run on an empty machine. `make release-check`.

Needs Python 3.11 or newer, node and npm, and nothing that is not in Python's standard library, so that the same tarball
is checked on every system.
"""
