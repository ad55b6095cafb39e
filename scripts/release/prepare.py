"""Make a release: `python -m scripts.release.prepare x.y.z[-rc.n]`, or `make release VERSION=x.y.z[-rc.n]`.

Stamps the version, gives what is unreleased in the changelog a dated section of its own, builds the wheel and then
the npm package, and lays down in `build/release/<version>`: both, the software bill of materials, `SHA256SUMS`, the
notes and `release.json`. The same sources give the same bytes, wherever and whenever they are built. Nothing is
published: that is `make publish`.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

from scripts.release.bill_of_materials import bill_of_materials
from scripts.release.build import CHECKOUT, build
from scripts.release.changelog import FILE as CHANGELOG
from scripts.release.changelog import cut, release_notes
from scripts.release.checksums import NAME as SUMS
from scripts.release.checksums import write_checksums
from scripts.release.git import changed_files, commit_of, is_repository
from scripts.release.record import ReleaseRecord, release_directory
from scripts.release.refusal import ReleaseRefused
from scripts.release.version import FILE, Version, stamp


def main(words: list[str]) -> int:
    """Make it, or say what is in the way."""
    try:
        version = Version.from_npm(words[0] if words else "")
        directory = prepare(version, CHECKOUT)
    except ReleaseRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print((directory / SUMS).read_text(encoding="utf-8"), end="")
    print(f"in {directory.relative_to(CHECKOUT).as_posix()}\n{_next(version, ReleaseRecord.read(directory))}")
    return 0


def prepare(version: Version, checkout: Path) -> Path:
    """The directory of the release."""
    notes = _write_version(version, checkout, today=dt.datetime.now(dt.UTC).date())
    tarball, wheel = build(version, checkout)
    directory = release_directory(checkout, version)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    bill = directory / f"kaelio-ktx-{version.npm}.cdx.json"
    text = bill_of_materials(version=version, checkout=checkout, tarball=tarball, wheel=wheel)
    bill.write_text(text, encoding="utf-8", newline="\n")
    (directory / "NOTES.md").write_text(f"{notes}\n", encoding="utf-8", newline="\n")
    copies = [Path(shutil.copy2(file, directory)) for file in (tarball, wheel)]
    write_checksums([*copies, bill], directory)
    _record(version, checkout, tarball).write(directory)
    return directory


def _write_version(version: Version, checkout: Path, *, today: dt.date) -> str:
    """Write it where it is not written yet: into the sources, into the changelog. What the changelog says of it."""
    changelog = checkout / CHANGELOG
    text = changelog.read_text(encoding="utf-8")
    cut_text = cut(text, version, today=today)
    notes = release_notes(cut_text, version, today=today)
    if stamp(checkout, version):
        print(f"stamped {version.python} into {FILE.as_posix()}", file=sys.stderr)
    if cut_text != text:
        changelog.write_text(cut_text, encoding="utf-8", newline="\n")
        print(f"moved what was unreleased to {version.npm} in {CHANGELOG.as_posix()}", file=sys.stderr)
    return notes


def _next(version: Version, record: ReleaseRecord) -> str:
    """What is to be done with what was made."""
    if record.changed:
        commit = f'git commit --all --message "Release {version.npm}" && git tag {version.tag}'
        return f"made from what is not committed; next: {commit} && make release VERSION={version.npm}"
    return "next: make release-check"


def _record(version: Version, checkout: Path, tarball: Path) -> ReleaseRecord:
    if not is_repository(checkout):
        return ReleaseRecord(version.npm, tarball.name, commit=None, changed=())
    return ReleaseRecord(version.npm, tarball.name, commit_of(checkout), tuple(changed_files(checkout)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
