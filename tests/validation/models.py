"""A small model without findings, and ways to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Source = Mapping[str, Any]

ORDERS: Source = {
    "name": "orders",
    "table": "orders",
    "grain": ["id"],
    "columns": [
        {"name": "id", "type": "number"},
        {"name": "customer_id", "type": "number"},
        {"name": "amount", "type": "number"},
        {"name": "status", "type": "string"},
        {"name": "paid", "type": "boolean"},
        {"name": "ordered_at", "type": "time"},
        {"name": "note"},
    ],
    "joins": [{"to": "customers", "on": "customer_id = customers.id", "relationship": "many_to_one"}],
    "measures": [{"name": "revenue", "expr": "sum(amount)"}, {"name": "order_count", "expr": "count(id)"}],
    "segments": [{"name": "paid_orders", "expr": "paid"}],
    "default_time_dimension": {"dbt": "ordered_at"},
}
CUSTOMERS: Source = {
    "name": "customers",
    "table": "customers",
    "grain": ["id"],
    "columns": [{"name": "id", "type": "number"}, {"name": "country", "type": "string"}],
}


@dataclass(frozen=True)
class Case:
    """A model with one finding (and `also` what cannot but follow), and one that nearly has it and is fine."""

    code: str
    place: str
    wrong: tuple[Source, ...]
    fine: tuple[Source, ...]
    also: tuple[str, ...] = ()
    dialect: str = "postgres"


def orders(**keys: Any) -> Source:
    """The orders with some keys replaced."""
    return {**ORDERS, **keys}


def customers(**keys: Any) -> Source:
    """The customers with some keys replaced."""
    return {**CUSTOMERS, **keys}


def source(name: str, *columns: str, **keys: Any) -> Source:
    """A source over a table with columns of unknown type, its grain the first."""
    listed = [{"name": column} for column in columns]
    made = {"name": name, "grain": [columns[0]], "columns": listed, **keys}
    return made if "sql" in made else {"table": name, **made}


def join(to: str, on: str, relationship: str = "many_to_one", **keys: Any) -> dict[str, Any]:
    return {"to": to, "on": on, "relationship": relationship, **keys}


def of_orders(code: str, place: str, wrong: Mapping[str, Any], fine: Mapping[str, Any]) -> Case:
    """A case that replaces keys of the orders."""
    return Case(code, f"orders.{place}", (orders(**wrong), CUSTOMERS), (orders(**fine), CUSTOMERS))


def of_column(code: str, wrong: str, fine: str, *, at: str = "") -> Case:
    """A case of one more computed column in the orders."""

    def columns(expr: str) -> dict[str, Any]:
        return {"columns": [*ORDERS["columns"], {"name": "computed", "expr": expr}]}

    return of_orders(code, f"columns[7].expr{at}", columns(wrong), columns(fine))


def of_segment(code: str, wrong: str, fine: str, *, at: str = "") -> Case:
    """A case of the one segment of the orders."""
    return of_orders(
        code,
        f"segments[0].expr{at}",
        {"segments": [{"name": "paid_orders", "expr": wrong}]},
        {"segments": [{"name": "paid_orders", "expr": fine}]},
    )


def of_measure(code: str, wrong: str | Mapping[str, Any], fine: str | Mapping[str, Any], place: str = "expr") -> Case:
    """A case of one more measure of the orders: its expression, or its keys."""

    def measures(given: str | Mapping[str, Any]) -> dict[str, Any]:
        keys = {"expr": given} if isinstance(given, str) else {"expr": "max(amount)", **given}
        return {"measures": [*ORDERS["measures"], {"name": "tested", **keys}]}

    return of_orders(code, f"measures[2].{place}", measures(wrong), measures(fine))


def of_join(code: str, place: str, wrong: Mapping[str, Any], fine: Mapping[str, Any]) -> Case:
    """A case of the one join of the orders: keys of it replaced."""
    (declared,) = ORDERS["joins"]
    return of_orders(code, place, {"joins": [{**declared, **wrong}]}, {"joins": [{**declared, **fine}]})
