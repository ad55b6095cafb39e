"""Three years of days, their weather, and how much is sold on each."""

from dataclasses import dataclass
from datetime import date, timedelta

from ktx_core.demo.shop.chance import chance_for

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SUNDAY = 6
_SATURDAY = 5
_MAY = 5
_WEEK = 7

_CHRISTMAS = "Christmas Day"
_HOLIDAYS = {
    (1, 1): "New Year's Day",
    (3, 17): "St Patrick's Day",
    (12, 25): _CHRISTMAS,
    (12, 26): "St Stephen's Day",
}
_LOCAL_HOLIDAY = "Blessing of the boats"
"""The first Sunday of May."""

# How many of a thousand days blow a gale, or are breezy at least, January first.
_GALES = (170, 150, 120, 80, 50, 35, 30, 50, 100, 150, 175, 190)
_BREEZES = (640, 620, 590, 540, 480, 430, 420, 460, 540, 620, 650, 670)

# Percent of an ordinary day's orders.
_MONTHS = (88, 80, 86, 92, 90, 84, 82, 84, 98, 116, 142, 176)
_WEEKDAY_PULL = (92, 88, 94, 100, 112, 140, 74)
_WEATHER_PULL = {"calm": 92, "breezy": 100, "gale": 131}
_GROWTH_A_MONTH = 2
_ORDERS_A_DAY = 8.35


@dataclass(frozen=True, slots=True)
class Day:
    """A trading day; `orders` is how many were placed, `month` counts from the first, 0 to 35."""

    date: str
    month: int
    weekday: int
    weather: str
    holiday: str | None
    orders: int

    @property
    def row(self) -> tuple[str, str, int, str, str | None]:
        """The row of `calendar`."""
        return (self.date, _WEEKDAYS[self.weekday], int(self.weekday >= _SATURDAY), self.weather, self.holiday)

    @property
    def is_saturday(self) -> bool:
        """Whether the market is held."""
        return self.weekday == _SATURDAY

    @property
    def harbour_is_open(self) -> bool:
        """Whether the harbour shop is: never on a Sunday, nor at Christmas."""
        return self.weekday != _SUNDAY and self.holiday != _CHRISTMAS


def grow_days() -> list[Day]:
    """Every day from the first to the last."""
    draw = chance_for(2)
    length = (LAST_DAY - FIRST_DAY).days + 1
    return [_day(FIRST_DAY + timedelta(days=offset), draw(), draw()) for offset in range(length)]


def days_after(day: str, count: int) -> str:
    """The ISO date `count` days after `day`, which may lie past the last day of the calendar."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def _day(day: date, wind: float, demand: float) -> Day:
    month = (day.year - FIRST_DAY.year) * 12 + day.month - 1
    permille = int(wind * 1000)
    weather = "calm"
    if permille < _BREEZES[day.month - 1]:
        weather = "gale" if permille < _GALES[day.month - 1] else "breezy"
    pull = _MONTHS[day.month - 1] * _WEEKDAY_PULL[day.weekday()] * _WEATHER_PULL[weather]
    expected = _ORDERS_A_DAY * (100 + _GROWTH_A_MONTH * month) * pull / 100**4
    return Day(
        date=day.isoformat(),
        month=month,
        weekday=day.weekday(),
        weather=weather,
        holiday=_holiday(day),
        orders=int(expected * (0.7 + 0.6 * demand) + 0.5),
    )


def _holiday(day: date) -> str | None:
    if day.month == _MAY and day.weekday() == _SUNDAY and day.day <= _WEEK:
        return _LOCAL_HOLIDAY
    return _HOLIDAYS.get((day.month, day.day))
