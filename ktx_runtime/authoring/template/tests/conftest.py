"""Fixtures of ktx's own, for plugins."""

pytest_plugins = ["ktx_runtime.testing"]
