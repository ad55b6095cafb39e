"""The shop's tables. Declared keys dangle in places: SQLite does not enforce them, and neither did the shop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns in order, each with its declaration, and what follows them."""

    name: str
    columns: tuple[tuple[str, str], ...]
    constraints: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    indexes: tuple[str, ...] = ()

    @property
    def ddl(self) -> str:
        """The CREATE TABLE statement."""
        columns = [f"{quoted(name)} {declaration}" for name, declaration in self.columns]
        key = f"PRIMARY KEY ({', '.join(map(quoted, self.key))})"
        body = ",\n  ".join((*columns, key, *self.constraints))
        return f"CREATE TABLE {quoted(self.name)} (\n  {body}\n)"

    @property
    def insert(self) -> str:
        """The INSERT statement, one placeholder a column."""
        return f"INSERT INTO {quoted(self.name)} VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608 - our own name

    @property
    def index_ddl(self) -> tuple[str, ...]:
        """The CREATE INDEX statements, one a column of `indexes`."""
        return tuple(
            f"CREATE INDEX {quoted(f'{self.name}_{column}')} ON {quoted(self.name)} ({quoted(column)})"
            for column in self.indexes
        )


def quoted(name: str) -> str:
    """`name` as an SQL identifier, quoted whether or not it needs it."""
    return '"' + name.replace('"', '""') + '"'


def _refers(columns: str, table: str, key: str = "id") -> str:
    return f"FOREIGN KEY ({columns}) REFERENCES {table} ({key})"


TABLES: tuple[Table, ...] = (
    Table(
        name="calendar",
        columns=(
            ("day", "DATE NOT NULL"),
            ("weekday", "TEXT NOT NULL"),
            ("is_weekend", "BOOLEAN NOT NULL"),
            ("weather", "TEXT NOT NULL"),
            ("holiday", "TEXT"),
        ),
        key=("day",),
    ),
    Table(
        name="countries",
        columns=(("code", "TEXT NOT NULL"), ("name", "TEXT NOT NULL"), ("region", "TEXT NOT NULL")),
        key=("code",),
    ),
    Table(
        name="channels",
        columns=(
            ("code", "TEXT NOT NULL"),
            ("name", "TEXT NOT NULL"),
            ("opened_on", "DATE NOT NULL"),
            ("closed_on", "DATE"),
        ),
        key=("code",),
    ),
    Table(
        name="campaigns",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("name", "TEXT NOT NULL"),
            ("medium", "TEXT NOT NULL"),
            ("from", "DATE NOT NULL"),
            ("to", "DATE NOT NULL"),
            ("discount_percent", "INTEGER NOT NULL"),
            ("spend_cents", "INTEGER NOT NULL"),
        ),
    ),
    Table(
        name="suppliers",
        columns=(("id", "INTEGER NOT NULL"), ("name", "TEXT NOT NULL"), ("country_code", "TEXT")),
        constraints=(_refers("country_code", "countries", "code"),),
    ),
    Table(
        name="categories",
        columns=(("id", "INTEGER NOT NULL"), ("name", "TEXT NOT NULL"), ("parent_id", "INTEGER")),
        constraints=(_refers("parent_id", "categories"),),
    ),
    Table(
        name="products",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("sku", "TEXT NOT NULL UNIQUE"),
            ("name", "TEXT NOT NULL"),
            ("category_id", "INTEGER"),
            ("supplier_id", "INTEGER"),
            ("list_price_cents", "INTEGER NOT NULL"),
            ("weight (g)", "INTEGER"),
            ("introduced_on", "DATE NOT NULL"),
            ("discontinued_on", "DATE"),
        ),
        constraints=(_refers("category_id", "categories"), _refers("supplier_id", "suppliers")),
    ),
    Table(
        name="customers",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("name", "TEXT NOT NULL"),
            ("email", "TEXT"),
            ("group", "TEXT NOT NULL"),
            ("joined_on", "DATE NOT NULL"),
            ("newsletter", "BOOLEAN"),
            ("referred_by", "INTEGER"),
        ),
        constraints=(_refers("referred_by", "customers"),),
    ),
    Table(
        name="addresses",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("customer_id", "INTEGER"),
            ("street", "TEXT NOT NULL"),
            ("city", "TEXT NOT NULL"),
            ("country_code", "TEXT NOT NULL"),
        ),
        constraints=(_refers("customer_id", "customers"), _refers("country_code", "countries", "code")),
    ),
    Table(
        name="orders",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("ordered_at", "TIMESTAMP NOT NULL"),
            ("ordered_on", "DATE NOT NULL"),
            ("customer_id", "INTEGER"),
            ("channel_code", "TEXT"),
            ("billing_address_id", "INTEGER"),
            ("shipping_address_id", "INTEGER"),
            ("status", "TEXT NOT NULL"),
            ("postage_cents", "INTEGER NOT NULL"),
        ),
        constraints=(
            _refers("ordered_on", "calendar", "day"),
            _refers("customer_id", "customers"),
            _refers("channel_code", "channels", "code"),
            _refers("billing_address_id", "addresses"),
            _refers("shipping_address_id", "addresses"),
        ),
        indexes=("ordered_on", "customer_id"),
    ),
    Table(
        name="order_lines",
        columns=(
            ("order_id", "INTEGER NOT NULL"),
            ("line_no", "INTEGER NOT NULL"),
            ("product_id", "INTEGER"),
            ("quantity", "INTEGER NOT NULL"),
            ("unit_price_cents", "INTEGER NOT NULL"),
            ("discount_cents", "INTEGER NOT NULL"),
            ("unit_cost_cents", "INTEGER NOT NULL"),
            ("is_gift", "BOOLEAN NOT NULL"),
        ),
        constraints=(_refers("order_id", "orders"), _refers("product_id", "products")),
        key=("order_id", "line_no"),
        indexes=("product_id",),
    ),
    Table(
        name="shipments",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("order_id", "INTEGER NOT NULL"),
            ("carrier", "TEXT NOT NULL"),
            ("shipped_on", "DATE NOT NULL"),
            ("delivered_on", "DATE"),
            ("parcels", "INTEGER NOT NULL"),
            ("cost_cents", "INTEGER NOT NULL"),
        ),
        constraints=(_refers("order_id", "orders"), _refers("shipped_on", "calendar", "day")),
        indexes=("order_id",),
    ),
    Table(
        name="returns",
        columns=(
            ("id", "INTEGER NOT NULL"),
            ("order_id", "INTEGER"),
            ("line_no", "INTEGER"),
            ("product_id", "INTEGER"),
            ("returned_on", "DATE NOT NULL"),
            ("quantity", "INTEGER NOT NULL"),
            ("refund_cents", "INTEGER NOT NULL"),
            ("reason", "TEXT"),
        ),
        constraints=(
            _refers("order_id, line_no", "order_lines", "order_id, line_no"),
            _refers("product_id", "products"),
            _refers("returned_on", "calendar", "day"),
        ),
        indexes=("product_id", "order_id"),
    ),
    Table(
        name="visits",
        columns=(("day", "DATE NOT NULL"), ("channel_code", "TEXT NOT NULL"), ("visitors", "INTEGER NOT NULL")),
        constraints=(_refers("day", "calendar", "day"), _refers("channel_code", "channels", "code")),
        key=("day", "channel_code"),
    ),
)
