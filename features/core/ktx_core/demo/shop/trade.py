"""Orders and their lines: who buys what, where, when, and for how much."""

from typing import NamedTuple

from ktx_core.demo.shop.almanac import LAST_DAY, Day, days_after
from ktx_core.demo.shop.assortment import CATEGORIES, Product
from ktx_core.demo.shop.chance import Chance, Weighted, chance_for, hits
from ktx_core.demo.shop.people import AddressBook, Customer, People, known_on
from ktx_core.demo.shop.selling import channels_on, discounts_by_day

FIRST_ORDER = 10_001
"""Numbers below belong to orders from before 2023, which were archived."""

_GONE_ADDRESS = 900_000
_GONE_PRODUCT = 9_000
_OPEN_SINCE = days_after(LAST_DAY.isoformat(), -3)

_COUNTERS = ("harbour", "market")
_LINES = Weighted((0, 1, 2, 3, 4, 5, 6), (4, 300, 290, 190, 110, 70, 36))
_QUANTITIES = Weighted((0, 1, 2, 3, 4, 6), (8, 690, 190, 60, 32, 20))
_TRADE_QUANTITIES = Weighted((0, 2, 4, 6, 12, 24), (8, 330, 290, 220, 120, 32))
_HOURS = Weighted(range(8, 23), (2, 5, 8, 9, 9, 7, 6, 7, 8, 9, 8, 9, 10, 7, 3))

_REGULARS = 700
_TRADE_DISCOUNT = 12
_PRICE_RISE_A_YEAR = 4
_FREE_POSTAGE_CENTS = 15_000
_DECEMBER = 11


class Order(NamedTuple):
    """The row of `orders`."""

    id: int
    ordered_at: str
    ordered_on: str
    customer_id: int | None
    channel_code: str | None
    billing_address_id: int | None
    shipping_address_id: int | None
    status: str
    postage_cents: int


class Line(NamedTuple):
    """The row of `order_lines`."""

    order_id: int
    line_no: int
    product_id: int | None
    quantity: int
    unit_price_cents: int
    discount_cents: int
    unit_cost_cents: int
    is_gift: int


class Shelves:
    """Which products are for sale in a month, and how eagerly each category is bought in a month's weather."""

    def __init__(self, products: list[Product]) -> None:
        self._by_category = [[it for it in products if it.category == index] for index in range(len(CATEGORIES))]
        self._pulls: dict[tuple[int, str], Weighted[int]] = {}
        self._stock: dict[tuple[int, int], Weighted[Product]] = {}

    def category(self, day: Day, draw: float) -> int:
        """The category that a buyer turns to on `day`."""
        key = (day.month % 12, day.weather)
        pull = self._pulls.get(key)
        if pull is None:
            gale = day.weather == "gale"
            weights = [it.share * int(it.season[key[0]]) * (it.gale if gale else 100) for it in CATEGORIES]
            pull = self._pulls[key] = Weighted(range(len(CATEGORIES)), weights)
        return pull.pick(draw)

    def product(self, category: int, day: Day, draw: float) -> Product:
        """The product that a buyer takes from a category on `day`."""
        key = (category, day.month)
        stock = self._stock.get(key)
        if stock is None:
            month = day.date[:7]
            there = [it for it in self._by_category[category] if _on_sale(it, month)]
            stock = self._stock[key] = Weighted(there, [60 // (rank + 2) for rank in range(len(there))])
        return stock.pick(draw)


def _on_sale(product: Product, month: str) -> bool:
    return product.introduced_on[:7] < month and (
        product.discontinued_on is None or month <= product.discontinued_on[:7]
    )


class Trade:
    """Three years of orders, grown day by day."""

    def __init__(self, products: list[Product], people: People, book: AddressBook) -> None:
        self.orders: list[Order] = []
        self.lines: list[Line] = []
        self._shelves = Shelves(products)
        self._people = people
        self._book = book
        self._buyers, self._joining_days = people.buyers()
        self._draw = chance_for(5)
        self._draw_line = chance_for(6)

    def open_for(self, days: list[Day]) -> None:
        """Take the orders of `days`."""
        discounts = discounts_by_day(days)
        for day in days:
            known = known_on(self._joining_days, day.date)
            channels = channels_on(day)
            for _ in range(day.orders):
                self._take(day, known, channels.pick(self._draw()), discounts.get(day.date, 0))

    def _take(self, day: Day, known: int, channel: str | None, discount: int) -> None:
        draw = self._draw
        number = FIRST_ORDER + len(self.orders)
        buyer = self._buyer(known, channel)
        billing, shipping = self._addresses(buyer, channel)
        status = _status(day, draw())
        trade = buyer is not None and buyer.group == "Trade"
        total = self._fill(number, day, discount + (_TRADE_DISCOUNT if trade else 0), trade=trade, status=status)
        carried = shipping is None
        self.orders.append(
            Order(
                id=number,
                ordered_at=_moment(day, draw),
                ordered_on=day.date,
                customer_id=None if buyer is None else buyer.id,
                channel_code=channel,
                billing_address_id=billing,
                shipping_address_id=shipping,
                status=status,
                postage_cents=0 if carried or total >= _FREE_POSTAGE_CENTS else 495 + 100 * int(draw() * 5),
            )
        )

    def _buyer(self, known: int, channel: str | None) -> Customer | None:
        """A guest, one of the regulars, or anyone who had joined by then."""
        draw = self._draw
        if hits(draw(), permille=420 if channel in _COUNTERS else 30):
            return None
        regulars = hits(draw(), permille=350)
        return self._buyers[int(draw() * (min(known, _REGULARS) if regulars else known))]

    def _addresses(self, buyer: Customer | None, channel: str | None) -> tuple[int | None, int | None]:
        """Billing and shipping. What is carried home from a counter has no shipping address."""
        draw = self._draw
        carried = channel in _COUNTERS and hits(draw(), permille=850)
        if buyer is None:
            home = None if carried else self._book.add(None)
            return home, home
        home = self._people.homes[buyer.id - 1]
        if carried:
            return home, None
        chance = draw()
        if hits(chance, permille=4):
            return home, _GONE_ADDRESS + buyer.id
        second = self._people.seconds[buyer.id - 1]
        return home, second if second is not None and hits(chance, permille=550) else home

    def _fill(self, order_id: int, day: Day, discount: int, *, trade: bool, status: str) -> int:
        """Add the order's lines; returns what they come to, in cents."""
        draw = self._draw_line
        quantities = _TRADE_QUANTITIES if trade else _QUANTITIES
        gift = hits(draw(), permille=300 if day.month % 12 == _DECEMBER else 60)
        total = 0
        for number in range(1, _LINES.pick(draw()) + 1):
            product = self._shelves.product(self._shelves.category(day, draw()), day, draw())
            quantity = 0 if status == "cancelled" else quantities.pick(draw())
            price = product.price_cents * (100 + _PRICE_RISE_A_YEAR * (day.month // 12)) // 100
            off = quantity * price * discount // 100
            total += quantity * price - off
            self.lines.append(
                Line(
                    order_id=order_id,
                    line_no=number,
                    product_id=_recorded(product.id, draw()),
                    quantity=quantity,
                    unit_price_cents=price,
                    discount_cents=off,
                    unit_cost_cents=price * product.cost_percent // 100,
                    is_gift=int(gift),
                )
            )
        return total


def _status(day: Day, draw: float) -> str:
    if hits(draw, permille=35):
        return "cancelled"
    return "open" if day.date > _OPEN_SINCE else "completed"


def _recorded(product_id: int, draw: float) -> int | None:
    """The till sometimes had no number for what it sold, or one that was deleted since."""
    if hits(draw, permille=5):
        return None
    return product_id if hits(draw, permille=994) else _GONE_PRODUCT + product_id


def _moment(day: Day, draw: Chance) -> str:
    seconds = int(draw() * 3600)
    return f"{day.date} {_HOURS.pick(draw()):02d}:{seconds // 60:02d}:{seconds % 60:02d}"
