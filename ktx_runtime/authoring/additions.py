"""What one distribution declares: features of its own, and what it adds to those of others."""

from __future__ import annotations

from ktx_runtime.api import Feature
from ktx_runtime.registry import Catalogue

_PARTS = ("operations", "commands", "smoke_checks", "doctor_checks")


def added_by(distribution: str, catalogue: Catalogue, *, own: Catalogue) -> tuple[Feature, ...]:
    """The features of `distribution` in `catalogue`, and copies of ktx's own with nothing but what was added to them.

    `own` is what ktx declares when it is alone.
    """
    found = []
    for entry in catalogue.features:
        if entry.plugin.distribution == distribution:
            found.append(entry.feature)
            continue
        before = own.feature(entry.feature.name)
        if before is None:
            continue
        added = {
            part: tuple(one for one in getattr(entry.feature, part) if one not in getattr(before.feature, part))
            for part in _PARTS
        }
        if any(added.values()):
            found.append(Feature(name=entry.feature.name, summary=entry.feature.summary, **added))
    return tuple(found)
