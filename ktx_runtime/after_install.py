"""`python -I -m ktx_runtime.after_install feature…`: ask this environment's plugins what they have to say.

Prints one line of JSON, a list of texts, on stdout; who failed is told on stderr.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence

from ktx_runtime.registry import load_catalogue
from ktx_runtime.registry.live import LiveHooks


def main(features: Sequence[str]) -> int:
    """Ask. What a plugin prints goes to stderr."""
    hooks = LiveHooks(load_catalogue(os.environ), report=lambda text: sys.stderr.write(f"{text}\n"))
    with contextlib.redirect_stdout(sys.stderr):
        lines = hooks.after_install(tuple(features))
    sys.stdout.write(json.dumps(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
