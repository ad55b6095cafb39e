"""Database drivers that ship with `core`."""
