"""Running the checks, one after the other."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterable, Iterator

from scripts.release_check.bench import Bench
from scripts.release_check.check import Check, CheckFailed, CheckSkipped, Outcome, Row


def examine(checks: Iterable[Check], bench: Bench) -> Iterator[Row]:
    """A row for each. None stops the others, whatever happens in it."""
    try:
        for check in checks:
            yield _examine(check, bench)
    finally:
        bench.close()


def _examine(check: Check, bench: Bench) -> Row:
    bench.transcript.begin()
    start = time.monotonic()
    try:
        outcome, detail = Outcome.PASS, check.run(bench)
    except CheckSkipped as skipped:
        outcome, detail = Outcome.SKIPPED, str(skipped)
    except CheckFailed as failed:
        outcome, detail = Outcome.FAIL, str(failed)
    except Exception as error:  # noqa: BLE001 - a check that is wrong itself is a row, too
        bench.transcript.say(traceback.format_exc())
        outcome, detail = Outcome.FAIL, f"the check itself failed: {error!r}"
    return Row(check, outcome, time.monotonic() - start, detail, bench.transcript.text())
