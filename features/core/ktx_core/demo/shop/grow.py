"""All the tables, in the order in which they depend on one another."""

from collections.abc import Iterable

from ktx_core.demo.shop.aftermath import grow_returns, grow_shipments
from ktx_core.demo.shop.almanac import grow_days
from ktx_core.demo.shop.assortment import category_rows, grow_products, supplier_rows
from ktx_core.demo.shop.chance import chance_for
from ktx_core.demo.shop.people import AddressBook, grow_people
from ktx_core.demo.shop.places import COUNTRIES
from ktx_core.demo.shop.selling import CHANNELS, campaign_rows, grow_visits
from ktx_core.demo.shop.trade import Trade

Rows = Iterable[tuple[object, ...]]


def grow_tables() -> dict[str, Rows]:
    """Rows by table name; each row has its table's columns in order."""
    days = grow_days()
    products = grow_products()
    book = AddressBook(chance_for(9))
    people = grow_people(days, book)
    trade = Trade(products, people, book)
    trade.open_for(days)
    return {
        "calendar": [day.row for day in days],
        "countries": COUNTRIES,
        "channels": CHANNELS,
        "campaigns": campaign_rows(),
        "suppliers": supplier_rows(),
        "categories": category_rows(),
        "products": [product.row for product in products],
        "customers": [customer.row for customer in people.customers if not customer.erased],
        "addresses": book.addresses,
        "orders": trade.orders,
        "order_lines": trade.lines,
        "shipments": grow_shipments(trade.orders),
        "returns": grow_returns(trade.orders, trade.lines, products),
        "visits": grow_visits(days),
    }
