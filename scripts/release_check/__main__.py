"""Check a packed npm package: `python -m scripts.release_check TARBALL`.

Prints a line for each check as it ends, then the logs of those that failed. Exit code 1 when one did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.release_check.bench import Bench, Subject
from scripts.release_check.check import Outcome
from scripts.release_check.checks import ALL
from scripts.release_check.examine import examine
from scripts.release_check.report import ending, heading, line, write_json

OLDER = "0.0.1"


def main(words: list[str]) -> int:
    """Run the checks."""
    options = _parser().parse_args(words)
    subject = Subject(
        tarball=options.tarball.resolve(),
        previous=lambda: _previous(options.previous),
        with_embeddings=options.with_embeddings,
        uv=options.uv.resolve() if options.uv else None,
    )
    checks = [check for check in ALL if options.only is None or check.number in options.only]
    print(heading(subject), flush=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="ktx-release-check-", ignore_cleanup_errors=True) as directory:
        for row in examine(checks, Bench(subject, Path(directory))):
            print(line(row), flush=True)
            rows.append(row)
    print(ending(rows))
    if options.json:
        write_json(options.json, subject, rows)
    return 1 if any(row.outcome is Outcome.FAIL for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="release-check", description=__doc__)
    parser.add_argument("tarball", type=Path)
    parser.add_argument(
        "--previous", type=Path, metavar="TARBALL", help=f"an older version; else {OLDER} is built here"
    )
    parser.add_argument("--only", type=_numbers, metavar="N,N", help="these checks and no others")
    parser.add_argument("--with-embeddings", action="store_true", help="check 7, which downloads hundreds of megabytes")
    parser.add_argument("--uv", type=Path, metavar="FILE", help="for the checks that are not about fetching one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report for programs, too")
    return parser


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(number) for number in text.split(","))


def _previous(given: Path | None) -> Path:
    """A package of an older version, built from these sources unless one was given."""
    if given:
        return given.resolve()
    from scripts.release.rebuild import rebuild  # noqa: PLC0415 - needs a checkout and what builds it
    from scripts.release.version import Version  # noqa: PLC0415

    return rebuild(Version.from_npm(OLDER), Path("build", "previous")).resolve()


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr] # cp1252 has no …
    raise SystemExit(main(sys.argv[1:]))
