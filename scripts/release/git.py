"""What git knows of a checkout. The one place where git is run."""

from __future__ import annotations

import subprocess
from pathlib import Path


def tracked_files(checkout: Path) -> list[Path]:
    """Every file that git keeps or would keep, below the checkout; those that were deleted are left out."""
    listed = _git(checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return [Path(name) for name in sorted(set(listed.split("\0"))) if name and (checkout / name).is_file()]


def is_repository(checkout: Path) -> bool:
    return (checkout / ".git").exists()


def commit_of(checkout: Path) -> str:
    return _git(checkout, "rev-parse", "HEAD").strip()


def changed_files(checkout: Path) -> list[str]:
    """What `git status` would show, a line each."""
    return _git(checkout, "status", "--porcelain").splitlines()


def tags_here(checkout: Path) -> list[str]:
    return _git(checkout, "tag", "--points-at", "HEAD").split()


def _git(checkout: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=checkout, check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout
