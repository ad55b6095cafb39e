"""Truncation of a moment to a granularity."""

from __future__ import annotations

from datetime import datetime, timedelta

GRANULARITIES = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


def truncate(moment: datetime | None, granularity: str) -> datetime | None:
    """The beginning of the period that the moment lies in; weeks begin on Monday."""
    if moment is None:
        return None
    start = moment.replace(microsecond=0)
    if granularity == "second":
        return start
    start = start.replace(second=0)
    if granularity == "minute":
        return start
    start = start.replace(minute=0)
    if granularity == "hour":
        return start
    start = start.replace(hour=0)
    return {
        "day": start,
        "week": start - timedelta(days=start.weekday()),
        "month": start.replace(day=1),
        "quarter": start.replace(month=(start.month - 1) // 3 * 3 + 1, day=1),
        "year": start.replace(month=1, day=1),
    }[granularity]
