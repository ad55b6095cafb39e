"""What features want besides packages, fetched for a generation that is being built, into what outlives it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ktx_runtime.api.prefetch import Prefetch
from ktx_runtime.install.progress import Phase, ProgressEvent
from ktx_runtime.install.workshop import Workshop, failed
from ktx_runtime.process import Finished, run_program
from ktx_runtime.registry import CatalogueFeature
from ktx_runtime.state.paths import models_directory

MODULE = "ktx_runtime.prefetch"
BEGIN, END = 0.75, 0.8
"""Which part of an install this is."""


def prefetch_features(
    features: Sequence[CatalogueFeature], python: Path, shop: Workshop
) -> tuple[CatalogueFeature, ...]:
    """Fetch what `features` want; return those that have it. Raises `InstallFailed` for one that was asked for.

    What was fetched before a failure is kept: the next attempt goes on from there.
    """
    kept = []
    for entry in features:
        reasons = [reason for each in entry.feature.prefetch if (reason := _fetch(each, python, shop)) is not None]
        if reasons and shop.is_asked(entry):
            raise failed(f"could not fetch what {entry.feature.name} needs: {reasons[0]}", reasons[1:], shop)
        if reasons:
            shop.tell(Phase.FETCH, f"left out {entry.feature.name}: {reasons[0]}", END)
            continue
        kept.append(entry)
    return tuple(kept)


def _fetch(prefetch: Prefetch, python: Path, shop: Workshop) -> str | None:
    """Why it failed, if it did."""
    shop.tell(Phase.FETCH, f"fetching {prefetch.name}", BEGIN)

    def on_line(line: str) -> None:
        told = _told(line)
        if told is None:
            shop.log.write(f"  {prefetch.name}: {line}")
            return
        done, of = told
        fraction = BEGIN + (END - BEGIN) * done / max(of, 1)
        shop.listener(
            ProgressEvent(
                phase=Phase.FETCH,
                message=f"fetching {prefetch.name}: {done / 1e6:.0f} of {of / 1e6:.0f} MB",
                fraction=round(fraction, 4),
            )
        )

    source = shop.uv.source
    words = ["--offline"] if source.offline else []
    words += ["--wheelhouse", str(source.wheelhouse)] if source.wheelhouse is not None else []
    models = models_directory(shop.host.paths.root)
    done = run_program(
        [str(python), "-I", "-m", MODULE, str(models), prefetch.model_dump_json(), *words],
        environment=shop.host.clean_environment(),
        directory=shop.host.paths.root,
        timeout_seconds=prefetch.timeout_seconds,
        on_line=on_line,
    )
    return None if done.succeeded else _reason(prefetch, done)


def _told(line: str) -> tuple[int, int] | None:
    try:
        record = json.loads(line)
        return int(record["done"]), int(record["of"])
    except (ValueError, KeyError, TypeError):
        return None


def _reason(prefetch: Prefetch, done: Finished) -> str:
    if done.timed_out:
        return f"{prefetch.name} was not there within {prefetch.timeout_seconds:g} s"
    try:
        return str(json.loads(done.lines[-1])["reason"])
    except (IndexError, ValueError, KeyError, TypeError):
        return f"fetching {prefetch.name} {done.how()}: {(done.lines or ('',))[-1]}"
