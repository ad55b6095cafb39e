"""`python -I -S …/compile_ahead.py EXTRA…`: compile what a first use of those extras takes longest to compile.

Started as a file of its environment, so that nothing else is imported. What to compile stands beside the extras' locks,
one file a line, as packages lie there (`scripts/first_use.py` writes it).
"""

import os
import sys
from importlib.machinery import SourceFileLoader

PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SUFFIX = ".first-use"


def main(extras: list[str]) -> None:
    """Compile as an import would: what is compiled already is left, what cannot be is left to whoever imports it."""
    if hasattr(os, "nice"):
        # Only on a processor that nobody else wants.
        os.nice(10)
    for name in [name for extra in extras for name in first_used(extra)]:
        try:
            SourceFileLoader("__compiled__", os.path.join(PACKAGES, name)).get_code("__compiled__")
        except (OSError, SyntaxError, ValueError):
            # Another version of the package may lack the file.
            continue


def first_used(extra: str) -> list[str]:
    """The files, or none where nobody has said."""
    try:
        with open(os.path.join(PACKAGES, "ktx_runtime", "locks", extra + SUFFIX), encoding="utf-8") as lines:
            return lines.read().split()
    except OSError:
        return []


if __name__ == "__main__":
    main(sys.argv[1:])
