"""Databases: finding a driver, and the operation that describes what is there."""

from ktx_core.database.lookup import find_driver

__all__ = ["find_driver"]
