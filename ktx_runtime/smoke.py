"""`python -I -m ktx_runtime.smoke module:attribute`: run one smoke check in this process.

Ends with 0 when the check returns None; otherwise with 1, the reason as JSON in the last line of stdout.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import cast

from ktx_runtime.api.reference import resolve_reference
from ktx_runtime.ending import leave
from ktx_runtime.short_life import expect_a_short_life


def main(reference: str) -> int:
    """Run the check that `reference` names."""
    try:
        check = cast(Callable[[], object], resolve_reference(reference))
        reason = check()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a check raises is its failure
        reason = f"{type(error).__name__}: {error}"
    if reason is None:
        return 0
    sys.stdout.write("\n" + json.dumps({"reason": str(reason)}) + "\n")
    return 1


if __name__ == "__main__":
    expect_a_short_life()
    leave(main(sys.argv[1]))
