"""Where the shop sells, whom it invites, and who comes: channels, campaigns, visits."""

from dataclasses import dataclass

from ktx_core.demo.shop.almanac import Day
from ktx_core.demo.shop.chance import Weighted, chance_for

FAX_CLOSED_ON = "2023-06-30"
APP_OPENED_ON = "2025-11-10"

CHANNELS: tuple[tuple[str, str, str, str | None], ...] = (
    ("web", "Web shop", "2009-05-04", None),
    ("harbour", "Harbour shop", "1911-04-01", None),
    ("market", "Saturday market", "1988-03-05", None),
    ("phone", "Telephone", "1934-10-01", None),
    ("fax", "Fax", "1987-01-12", FAX_CLOSED_ON),
    ("app", "Barometer app", APP_OPENED_ON, None),
)
"""Code, name, opened, closed. The app has visitors and has yet to sell anything; nobody visits a telephone."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """An offer from one day up to, not including, another. No two overlap."""

    name: str
    medium: str
    first_day: str
    end: str
    discount_percent: int
    spend_cents: int


CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign("Spring kites", "leaflet", "2023-03-20", "2023-04-17", 10, 184_000),
    Campaign("Regatta week", "poster", "2023-07-10", "2023-07-24", 5, 96_500),
    Campaign("First frost", "newsletter", "2023-10-16", "2023-11-06", 12, 41_000),
    Campaign("Twelve lanterns", "radio", "2023-12-01", "2023-12-20", 8, 312_000),
    Campaign("Lifeboat open day", "poster", "2024-02-09", "2024-02-10", 0, 58_000),
    Campaign("Spring kites again", "newsletter", "2024-03-18", "2024-04-15", 10, 97_500),
    Campaign("Seabird count", "radio", "2024-06-08", "2024-06-08", 15, 22_000),
    Campaign("Equinox gales", "radio", "2024-09-16", "2024-10-07", 15, 268_000),
    Campaign("Twelve lanterns II", "radio", "2024-12-01", "2024-12-20", 8, 355_000),
    Campaign("Wet feet", "newsletter", "2025-01-20", "2025-02-10", 20, 38_500),
    Campaign("Kite school", "leaflet", "2025-04-07", "2025-05-05", 10, 205_000),
    Campaign("Regatta fortnight", "poster", "2025-07-07", "2025-07-21", 5, 142_000),
    Campaign("Knit for the crew", "newsletter", "2025-09-22", "2025-10-13", 12, 46_000),
    Campaign("Twelve lanterns III", "radio", "2025-12-01", "2025-12-20", 8, 398_000),
    Campaign("Spring kites 2026", "leaflet", "2026-03-16", "2026-04-13", 10, 120_000),
)
"""`Seabird count` was rained off before it began, and the last one has only been paid for."""

_PULLS = {"web": 560, "harbour": 290, "market": 230, "phone": 115, "fax": 20, None: 25}
"""How much each channel takes of a day's orders, where it is open; of some nobody wrote down the channel."""

VisitRow = tuple[str, str, int]


def channels_on(day: Day) -> Weighted[str | None]:
    """The channels that take orders on `day`."""
    closed = {
        "harbour": not day.harbour_is_open,
        "market": not day.is_saturday,
        "fax": day.date > FAX_CLOSED_ON,
    }
    pulls = {code: pull for code, pull in _PULLS.items() if not closed.get(code or "", False)}
    return Weighted(tuple(pulls), pulls.values())


def campaign_rows() -> list[tuple[object, ...]]:
    """Campaigns, numbered from 1."""
    return [
        (number, it.name, it.medium, it.first_day, it.end, it.discount_percent, it.spend_cents)
        for number, it in enumerate(CAMPAIGNS, 1)
    ]


def discounts_by_day(days: list[Day]) -> dict[str, int]:
    """The percentage off on each day that has a campaign."""
    return {
        day.date: campaign.discount_percent
        for day in days
        for campaign in CAMPAIGNS
        if campaign.first_day <= day.date < campaign.end
    }


def grow_visits(days: list[Day]) -> list[VisitRow]:
    """Visitors a day, where they can be counted."""
    draw = chance_for(3)
    rows: list[VisitRow] = []
    for day in days:
        rows.append((day.date, "web", day.orders * 28 + int(draw() * 120)))
        if day.harbour_is_open:
            rows.append((day.date, "harbour", day.orders * 2 + int(draw() * 9)))
        if day.is_saturday:
            rows.append((day.date, "market", day.orders + int(draw() * 30)))
        if day.date >= APP_OPENED_ON:
            rows.append((day.date, "app", 3 + int(draw() * 25)))
    return rows
