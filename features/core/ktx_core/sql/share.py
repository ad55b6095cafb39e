"""The other process of `parallel`: one share of a batch, from stdin to stdout."""

import sys

from ktx_core.sql.batch import analyze_here
from ktx_core.sql.wire import AnalyzeBatchRequest


def main() -> int:
    """Read a request as JSON, write its response as JSON."""
    request = AnalyzeBatchRequest.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(analyze_here(request).model_dump_json().encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
