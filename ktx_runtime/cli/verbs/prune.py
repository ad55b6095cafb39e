"""`ktx runtime prune`: free what no runtime needs any longer."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from ktx_runtime.cli.call import Answer, Call


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedPlace:
    """Something that went, or would go: what it was, and its size."""

    what: str
    path: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlace:
    """Something that had to stay, and why."""

    what: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimePrune:
    """What was freed; with `dryRun` what would be."""

    dry_run: bool
    freed_bytes: int
    removed: tuple[PrunedPlace, ...]
    kept: tuple[KeptPlace, ...]


ANSWERS = (RuntimePrune,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much, and whether really."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    parser.add_argument("--all", action="store_true", help="also our copy of uv, and all logs")


def run(arguments: argparse.Namespace, call: Call) -> Answer:
    """Remove what can go, and say how much that frees."""
    from ktx_runtime.install.prune import prune  # noqa: PLC0415 - psutil and the lock, only here

    freed = prune(call.host, everything=arguments.all, dry_run=arguments.dry_run)
    verb = "would free" if arguments.dry_run else "freed"
    total = sum(item.bytes for item in freed.removed)
    lines = [f"{item.bytes / 1e6:10.1f} MB  {item.what}: {item.path}" for item in freed.removed]
    lines += [f"      kept  {item.what}: {item.path}: {item.why}" for item in freed.kept]
    lines.append(f"{verb} {total / 1e6:.1f} MB")
    return Answer(
        data=RuntimePrune(
            dry_run=arguments.dry_run,
            freed_bytes=total,
            removed=tuple(PrunedPlace(what=item.what, path=str(item.path), bytes=item.bytes) for item in freed.removed),
            kept=tuple(KeptPlace(what=item.what, path=str(item.path), reason=item.why) for item in freed.kept),
        ),
        text="\n".join(lines),
    )
