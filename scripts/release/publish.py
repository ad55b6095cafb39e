"""Publish a release: the very tarball that passed `make release-check`, and only with a word that says so.

    python -m scripts.release.publish x.y.z[-rc.n] --dry-run
    python -m scripts.release.publish x.y.z[-rc.n] --really-publish

Before either, everything that has to hold is looked at, and what does not hold is said, all at once. `--dry-run` goes
as far as npm goes without sending anything.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.release.build import CHECKOUT
from scripts.release.changelog import FILE as CHANGELOG
from scripts.release.changelog import release_notes
from scripts.release.checksums import NAME as SUMS
from scripts.release.checksums import sha256_of, wrong_files
from scripts.release.git import changed_files, commit_of, tags_here
from scripts.release.record import ReleaseRecord, release_directory
from scripts.release.refusal import ReleaseRefused
from scripts.release.version import Version, written_version

REPORT = Path("build", "release-check.json")


def main(words: list[str]) -> int:
    """Publish, or say what is in the way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="as far as npm goes without sending anything")
    how.add_argument("--really-publish", action="store_true", help="what is published cannot be taken back")
    options = parser.parse_args(words)
    try:
        version = Version.from_npm(options.version)
        record = ReleaseRecord.read(_made(version))
    except ReleaseRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    reasons = obstacles(version, record)
    for reason in reasons:
        print(f"not publishable: {reason}", file=sys.stderr)
    if options.dry_run:
        return _npm_publish(version, record, "--dry-run") or (1 if reasons else 0)
    if not options.really_publish:
        print("nothing was published\nhint: say --dry-run or --really-publish", file=sys.stderr)
        return 1
    return 1 if reasons else _npm_publish(version, record)


def obstacles(version: Version, record: ReleaseRecord, *, checkout: Path = CHECKOUT) -> list[str]:
    """Why `version`, as it was made, must not be published; nothing when it may."""
    directory = release_directory(checkout, version)
    found = [f"{name} is not what {SUMS} says" for name in wrong_files(directory)]
    if written_version(checkout) != version:
        found.append(f"the sources say {written_version(checkout).npm}")
    try:
        text = (checkout / CHANGELOG).read_text(encoding="utf-8")
        release_notes(text, version, today=dt.datetime.now(dt.UTC).date())
    except ReleaseRefused as refused:
        found.append(str(refused.args[0]))
    return found + _of_git(version, record, checkout) + _of_report(directory / record.tarball, checkout / REPORT)


def _of_git(version: Version, record: ReleaseRecord, checkout: Path) -> list[str]:
    found = []
    if changed := changed_files(checkout):
        found.append(f"the checkout has changes: {', '.join(line.strip() for line in changed[:3])}")
    if version.tag not in tags_here(checkout):
        found.append(f"this commit has no tag {version.tag}")
    if record.changed:
        found.append(f"it was made from changed files: {', '.join(line.strip() for line in record.changed[:3])}")
    if record.commit != commit_of(checkout):
        found.append(f"it was made from {record.commit or 'no commit'}, and this is {commit_of(checkout)}")
    return found


def _of_report(tarball: Path, file: Path) -> list[str]:
    """What the report of `make release-check` leaves to wish for."""
    if not file.is_file():
        return ["it was not checked: run make release-check"]
    report = json.loads(file.read_text(encoding="utf-8"))
    if report["tarball"]["sha256"] != sha256_of(tarball):
        return ["another tarball was checked: run make release-check"]
    rows = report["checks"]
    found = [f"check {row['number']} ({row['name']}) failed" for row in rows if row["outcome"] == "fail"]
    missing = [row for row in rows if row["outcome"] == "skipped" and not row["optional"]]
    return found + [f"check {row['number']} ({row['name']}) was skipped: {row['detail']}" for row in missing]


def _made(version: Version) -> Path:
    directory = release_directory(CHECKOUT, version)
    if not (directory / "release.json").is_file():
        raise ReleaseRefused(f"{version.npm} was not made here", hint=f"run: make release VERSION={version.npm}")
    return directory


def _npm_publish(version: Version, record: ReleaseRecord, *more: str) -> int:
    npm = shutil.which("npm") or "npm"
    tarball = release_directory(CHECKOUT, version) / record.tarball
    # npm reads the folder's own package.json and settings: it has to be none of ours.
    # Whoever publishes sees what is sent, whatever level of talk is set around here.
    argv = [npm, "publish", str(tarball), "--tag", version.channel, "--ignore-scripts", "--loglevel", "notice", *more]
    return subprocess.run(argv, cwd=tarball.parent, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
