"""The five questions of the demo, as data: the command prints them, the README lists them, the tests check them.

Each is one that a hand-written join gets wrong, and carries that join, so that the two can be compared.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the semantic query that asks it.

    `dimensions` are `source.column` or `source.column@granularity`, `order_by` is `field` or `field:desc`: the words
    of `ktx sl query`. `naive_sql` is the join that comes to mind first; it returns one number, which `pitfall` tells
    where it says `{naive}`.
    """

    text: str
    shows: str
    measures: tuple[str, ...]
    dimensions: tuple[str, ...]
    pitfall: str
    naive_sql: str
    filters: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    include_empty: bool = True

    def query(self) -> dict[str, object]:
        """The semantic query, as the compiler takes it."""
        return {
            "measures": list(self.measures),
            "dimensions": [_dimension(dimension) for dimension in self.dimensions],
            "filters": list(self.filters),
            "order_by": [_order(order) for order in self.order_by],
            "include_empty": self.include_empty,
        }

    def words(self) -> tuple[str, ...]:
        """The words after the program's name that ask it."""
        options = (
            *(("--measure", measure) for measure in self.measures),
            *(("--dimension", dimension) for dimension in self.dimensions),
            *(("--filter", clause) for clause in self.filters),
            *(("--order-by", order) for order in self.order_by),
        )
        flags = () if self.include_empty else ("--no-include-empty",)
        return ("sl", "query", *(word for option in options for word in option), *flags, "--execute")


def _dimension(words: str) -> object:
    field, _, granularity = words.partition("@")
    return {"field": field, "granularity": granularity} if granularity else field


def _order(words: str) -> dict[str, str]:
    field, _, direction = words.partition(":")
    return {"field": field, "direction": direction or "asc"}


QUESTIONS: tuple[Question, ...] = (
    Question(
        text="How did revenue and refunds run through 2025, month by month?",
        shows="two facts in one question",
        measures=("order_lines.revenue", "returns.refunded", "order_lines.net_revenue"),
        dimensions=("calendar.day@month",),
        filters=("calendar.day >= '2025-01-01'",),
        order_by=("calendar.day",),
        pitfall="A direct join counts lines once a return and moves refunds to the order's month: {naive} in December.",
        naive_sql="""
            SELECT round(sum(r.refund_cents) / 100.0, 2)
            FROM orders AS o
            JOIN order_lines AS l ON l.order_id = o.id
            LEFT JOIN returns AS r ON r.order_id = l.order_id AND r.line_no = l.line_no
            WHERE o.ordered_on >= '2025-12-01'
        """,
    ),
    Question(
        text="What did each kind of advertising cost, and what was sold under it?",
        shows="a measure above a one_to_many, joined on a range of days",
        measures=("campaigns.spend", "orders.placed_orders", "order_lines.revenue", "campaigns.revenue_per_euro"),
        dimensions=("campaigns.medium",),
        order_by=("campaigns.spend:desc",),
        pitfall="Joined to orders and lines, a campaign's cost counts once a line: radio would have cost {naive}.",
        naive_sql="""
            SELECT sum(c.spend_cents) / 100.0
            FROM campaigns AS c
            LEFT JOIN orders AS o ON o.ordered_on >= c."from" AND o.ordered_on < c."to"
            LEFT JOIN order_lines AS l ON l.order_id = o.id
            WHERE c.medium = 'radio'
        """,
    ),
    Question(
        text="Who sends parcels to another part of the world than their own?",
        shows="one table in two roles",
        measures=("orders.placed_orders", "order_lines.revenue"),
        dimensions=("billing_address.region", "shipping_address.region"),
        filters=("billing_address.region <> shipping_address.region",),
        order_by=("orders.placed_orders:desc",),
        include_empty=False,
        pitfall="With `addresses` joined once, payer and receiver have to share one address: {naive} such orders.",
        naive_sql="""
            SELECT count(*)
            FROM orders AS o
            JOIN addresses AS a ON a.id = o.billing_address_id AND a.id = o.shipping_address_id
            JOIN countries AS payer ON payer.code = a.country_code
            JOIN countries AS receiver ON receiver.code = a.country_code
            WHERE payer.region <> receiver.region
        """,
    ),
    Question(
        text="What is an order worth, by group of customers?",
        shows="a ratio across two facts, with keys that are empty or lead nowhere",
        measures=("orders.placed_orders", "order_lines.revenue", "orders.average_order_value"),
        dimensions=("customers.group",),
        order_by=("orders.average_order_value:desc",),
        pitfall="Inner joins lose guests, erased customers and orders without a line: {naive} orders would be missing.",
        naive_sql="""
            SELECT (SELECT count(*) FROM orders WHERE status <> 'cancelled') - count(DISTINCT o.id)
            FROM orders AS o
            JOIN customers AS c ON c.id = o.customer_id
            JOIN order_lines AS l ON l.order_id = o.id
            WHERE o.status <> 'cancelled'
        """,
    ),
    Question(
        text="How many of the visitors of 2025 ordered, channel by channel?",
        shows="members without facts",
        measures=("visits.visitors", "orders.placed_orders", "orders.conversion_percent"),
        dimensions=("channels.name",),
        filters=("calendar.day >= '2025-01-01'",),
        order_by=("visits.visitors:desc",),
        pitfall="Joining visits to orders keeps {naive} channels: app and fax sold nothing, a telephone has no visits.",
        naive_sql="""
            SELECT count(DISTINCT c.name)
            FROM channels AS c
            JOIN visits AS v ON v.channel_code = c.code AND v.day >= '2025-01-01'
            JOIN orders AS o ON o.channel_code = c.code AND o.ordered_on = v.day AND o.status <> 'cancelled'
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A command to try after the questions, without the program's name and without quotes, and what it shows."""

    command: str
    shows: str

    def words(self) -> tuple[str, ...]:
        """The words after the program's name."""
        return tuple(self.command.split())


SUGGESTIONS: tuple[Suggestion, ...] = (
    Suggestion("sl list", "what else can be asked"),
    Suggestion(
        "sl query --measure order_lines.revenue --measure calendar.days --dimension calendar.weather --execute",
        "whether gales are good for business",
    ),
    Suggestion(
        "sl query --measure returns.returned_percent --dimension categories.name --format sql",
        "the SQL behind a ratio of two facts",
    ),
)
