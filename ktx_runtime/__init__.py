"""The framework: what installs, starts, checks and removes feature levels. It knows no feature by name."""

from ktx_runtime.version import VERSION

__all__ = ["VERSION"]
