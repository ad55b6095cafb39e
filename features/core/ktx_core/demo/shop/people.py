"""Customers and their addresses."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from ktx_core.demo.shop.almanac import Day
from ktx_core.demo.shop.chance import Chance, Weighted, chance_for, hits
from ktx_core.demo.shop.places import CITIES, CUSTOMERS_LIVE, GIFTS_GO, STREETS

_FIRST_NAMES = (
    "Aoife", "Bram", "Cáit", "Dagny", "Eoin", "Freya", "Gudrun", "Hamish", "Ingrid", "Jorun", "Kasper", "Liv",
    "Máire", "Njål", "Oisín", "Petra", "Rhona", "Siobhán", "Tove", "Una", "Viggo", "Wiebke", "Yann", "Zora",
)  # fmt: skip
_LAST_NAMES = (
    "Ashdown", "Brandvik", "Calder", "Dubh", "Eide", "Fagan", "Grieve", "Holm", "Irving", "Jansma", "Kerr", "Lund",
    "Moroney", "Nuttall", "O'Hara", "Petersen", "Quill", "Rasmussen", "Skene", "Thorne", "Ulven", "Vos", "Wrack",
)  # fmt: skip

_GROUPS = Weighted(("Household", "Trade", "Lifeboat crew"), (84, 9, 7))
_OLD_CUSTOMERS = 1500
"""Customers from before the data begins."""

_NEW_A_DAY = 3.1
_ERASED_PERMILLE = 12
_DORMANT_PERMILLE = 130
_SECOND_ADDRESS_PERMILLE = 210


class Customer(NamedTuple):
    """A customer. An erased one has no row any more, while the orders keep the number; a dormant one never orders."""

    id: int
    name: str
    email: str | None
    group: str
    joined_on: str
    newsletter: int | None
    referred_by: int | None
    erased: bool
    dormant: bool

    @property
    def row(self) -> tuple[object, ...]:
        """The row of `customers`."""
        return self[:7]


class Address(NamedTuple):
    """The row of `addresses`."""

    id: int
    customer_id: int | None
    street: str
    city: str
    country_code: str


@dataclass(frozen=True, slots=True)
class People:
    """Everyone, by id, and each customer's own addresses: home, and for some a second one."""

    customers: list[Customer]
    homes: list[int]
    seconds: list[int | None]
    addresses: list[Address]

    def buyers(self) -> tuple[list[Customer], list[str]]:
        """Who may order, by the day they joined, and those days."""
        buyers = [customer for customer in self.customers if not customer.dormant]
        return buyers, [customer.joined_on for customer in buyers]


class AddressBook:
    """Invents addresses and numbers them."""

    def __init__(self, draw: Chance) -> None:
        self.addresses: list[Address] = []
        self._draw = draw
        self._home = Weighted(tuple(CUSTOMERS_LIVE), CUSTOMERS_LIVE.values())
        self._gift = Weighted(tuple(GIFTS_GO), GIFTS_GO.values())

    def add(self, customer_id: int | None, *, gift: bool = False) -> int:
        """A new address, at home or where gifts go; returns its id."""
        draw = self._draw
        country = (self._gift if gift else self._home).pick(draw())
        cities = CITIES[country]
        street = f"{STREETS[int(draw() * len(STREETS))]} {1 + int(draw() * 120)}"
        number = len(self.addresses) + 1
        self.addresses.append(Address(number, customer_id, street, cities[int(draw() * len(cities))], country))
        return number


def grow_people(days: list[Day], book: AddressBook) -> People:
    """Customers by id, which is also the order in which they joined."""
    draw = chance_for(4)
    joined = _joining_days(days, draw)
    customers = [_customer(number, day, draw) for number, day in enumerate(joined, 1)]
    homes: list[int] = []
    seconds: list[int | None] = []
    for customer in customers:
        homes.append(book.add(customer.id))
        seconds.append(book.add(customer.id, gift=True) if hits(draw(), permille=_SECOND_ADDRESS_PERMILLE) else None)
    return People(customers, homes, seconds, book.addresses)


def known_on(joining_days: list[str], day: str) -> int:
    """How many had joined by the end of `day`."""
    return bisect_right(joining_days, day)


def _joining_days(days: list[Day], draw: Chance) -> list[str]:
    old = sorted(
        f"{1998 + int(draw() * 25)}-{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}"
        for _ in range(_OLD_CUSTOMERS)
    )
    new = [day.date for day in days for _ in range(int(_NEW_A_DAY * (0.5 + day.orders / 16) * draw() + 0.5))]
    return old + new


def _customer(number: int, joined_on: str, draw: Chance) -> Customer:
    first = _FIRST_NAMES[int(draw() * len(_FIRST_NAMES))]
    last = _LAST_NAMES[int(draw() * len(_LAST_NAMES))]
    contact = draw()
    friend = draw()
    fate = draw()
    return Customer(
        id=number,
        name=f"{first} {last}",
        email=f"customer{number}@example.org" if hits(contact, permille=930) else None,
        group=_GROUPS.pick(draw()),
        joined_on=joined_on,
        newsletter=int(hits(contact, permille=440)) if hits(contact, permille=960) else None,
        referred_by=1 + int(friend * 9 * (number - 1)) if number > 1 and hits(friend, permille=110) else None,
        erased=hits(fate, permille=_ERASED_PERMILLE),
        dormant=not hits(fate, permille=1000 - _DORMANT_PERMILLE),
    )
