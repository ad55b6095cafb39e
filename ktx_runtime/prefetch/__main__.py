"""`python -I -m ktx_runtime.prefetch MODELS PREFETCH [--offline] [--wheelhouse DIR]`: fetch what PREFETCH (JSON) lists.

Each line of stdout is a JSON object: `{"done": bytes, "of": bytes}` as it goes on, and last `{"reason": null or text}`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from ktx_runtime.api.prefetch import Prefetch
from ktx_runtime.prefetch.fetch import NotFetched, Sources, fetch


def main() -> int:
    """Fetch, and say how it went."""
    parser = argparse.ArgumentParser(prog="ktx_runtime.prefetch")
    parser.add_argument("models", type=Path)
    parser.add_argument("prefetch", type=Prefetch.model_validate_json)
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--wheelhouse", type=Path)
    options = parser.parse_args()
    # What the library shows and reports is for people at a terminal, and for its makers.
    os.environ |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    sources = Sources(os.environ, offline=options.offline, wheelhouse=options.wheelhouse)
    try:
        fetch(options.prefetch, options.models, sources, on_progress=lambda done, of: _tell({"done": done, "of": of}))
        reason = None
    except NotFetched as error:
        reason = str(error)
    except OSError as error:
        reason = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    _tell({"reason": reason})
    return 0 if reason is None else 1


def _tell(record: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
