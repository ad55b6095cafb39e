"""What happens after an order: parcels go out, and some things come back."""

from typing import NamedTuple

from ktx_core.demo.shop.almanac import days_after
from ktx_core.demo.shop.assortment import CATEGORIES, Product
from ktx_core.demo.shop.chance import Chance, Weighted, chance_for, hits
from ktx_core.demo.shop.trade import FIRST_ORDER, Line, Order

_CARRIERS = Weighted(("Post", "Gannet Couriers", "Ferry mail"), (62, 30, 8))
_COSTS = {"Post": 480, "Gannet Couriers": 790, "Ferry mail": 1240}
_WAITS = Weighted((0, 1, 2, 3, 5, 9), (20, 38, 22, 11, 6, 3))
_JOURNEYS = Weighted((1, 2, 3, 4, 6, 11), (25, 33, 21, 12, 6, 3))
_DELAYS = Weighted((3, 5, 8, 12, 16, 21, 28), (10, 18, 24, 20, 14, 9, 5))
_REASONS = Weighted(
    ("does not fit", "not as described", "arrived damaged", "changed my mind", "unwanted gift", None),
    (32, 14, 12, 20, 9, 13),
)


class Shipment(NamedTuple):
    """The row of `shipments`."""

    id: int
    order_id: int
    carrier: str
    shipped_on: str
    delivered_on: str | None
    parcels: int
    cost_cents: int


class Return(NamedTuple):
    """The row of `returns`."""

    id: int
    order_id: int | None
    line_no: int | None
    product_id: int | None
    returned_on: str
    quantity: int
    refund_cents: int
    reason: str | None


def grow_shipments(orders: list[Order]) -> list[Shipment]:
    """As a rule one for each order that is sent; one in nine goes out in two parts. A few never arrive."""
    draw = chance_for(7)
    rows: list[Shipment] = []
    for order in orders:
        if order.shipping_address_id is None or order.status != "completed":
            continue
        for part in range(2 if hits(draw(), permille=110) else 1):
            carrier = _CARRIERS.pick(draw())
            sent = days_after(order.ordered_on, _WAITS.pick(draw()) + 6 * part)
            parcels = 2 if hits(draw(), permille=130) else 1
            arrived = days_after(sent, _JOURNEYS.pick(draw())) if hits(draw(), permille=988) else None
            rows.append(Shipment(len(rows) + 1, order.id, carrier, sent, arrived, parcels, _COSTS[carrier] * parcels))
    return rows


def grow_returns(orders: list[Order], lines: list[Line], products: list[Product]) -> list[Return]:
    """What came back, in the order of the lines it came from, then what nobody can match to an order."""
    draw = chance_for(8)
    placed_on = {order.id: order.ordered_on for order in orders}
    back = {product.id: CATEGORIES[product.category].returned for product in products}
    rows: list[Return] = []
    for line in lines:
        if line.quantity and hits(draw(), permille=back.get(line.product_id or 0, 0)):
            rows += _of_line(len(rows) + 1, line, placed_on[line.order_id], draw)
    for _ in range(120):
        rows.append(_without_line(len(rows) + 1, products, orders, draw))
    return rows


def _of_line(number: int, line: Line, ordered_on: str, draw: Chance) -> list[Return]:
    """One return, or two when the pieces came back one after the other."""
    returned_on = days_after(ordered_on, 2 + _DELAYS.pick(draw()))
    paid = line.quantity * line.unit_price_cents - line.discount_cents
    first = line.quantity if hits(draw(), permille=600) else 1
    refund = 0 if hits(draw(), permille=90) else paid * first // line.quantity
    back = [
        Return(number, line.order_id, line.line_no, line.product_id, returned_on, first, refund, _REASONS.pick(draw()))
    ]
    if first < line.quantity and hits(draw(), permille=350):
        later = days_after(returned_on, 5)
        piece = paid // line.quantity
        back.append(Return(number + 1, line.order_id, line.line_no, line.product_id, later, 1, piece, None))
    return back


def _without_line(number: int, products: list[Product], orders: list[Order], draw: Chance) -> Return:
    """Brought back without a receipt, sold before 2023, or money for goodwill and nothing brought back."""
    product = products[int(draw() * len(products))]
    day = orders[int(draw() * len(orders))].ordered_on
    kind = draw()
    if hits(kind, permille=500):
        return Return(number, None, None, product.id, day, 1, product.price_cents // 2, _REASONS.pick(draw()))
    if hits(kind, permille=800):
        return Return(number, FIRST_ORDER - 1 - int(draw() * 5000), 1, product.id, day, 1, product.price_cents, None)
    return Return(number, None, None, None, day, 0, 500 + 100 * int(draw() * 20), "goodwill")
