"""Rule 13: the same input gives the same bytes, in every process; nothing from the caller is pasted as text."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest
from asking import Ask, refusal
from shop import SHOP

from semantic_layer import SemanticError

QUERIES = [
    {"measures": ["orders.revenue"], "dimensions": ["customers.name", "regions.name"]},
    {"measures": ["orders.revenue", "returns.refunds", "items.units"], "dimensions": ["customers.tier"]},
    {
        "measures": [{"expr": "orders.revenue / orders.orders", "name": "mean"}, "items.lines"],
        "dimensions": [{"field": "orders.placed", "granularity": "month"}],
        "filters": ["products.color = 'red' or orders.amount > 2", "orders.orders > 1"],
        "segments": ["orders.paid"],
        "order_by": ["mean"],
        "limit": 7,
    },
]
PROGRAM = """
import hashlib, json, sys
from semantic_layer import compile_query
given = json.load(sys.stdin)
digest = hashlib.sha256()
for query in given["queries"]:
    for dialect in ("sqlite", "postgres", "duckdb"):
        digest.update(json.dumps(compile_query(given["sources"], query, dialect=dialect).to_wire()).encode())
print(digest.hexdigest())
"""


def test_every_process_compiles_to_the_same_bytes() -> None:
    """Python's string hashing differs by process; nothing in the output may."""
    given = json.dumps({"sources": SHOP.sources, "queries": QUERIES})
    digests = set()
    for seed in ("0", "1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=given,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        digests.add(done.stdout.strip())
    assert len(digests) == 1
    assert all(len(digest) == len(hashlib.sha256().hexdigest()) for digest in digests)


SMUGGLED = [
    "x; drop table orders",
    "x' or '1'='1",
    'x" or "1"="1',
    "x` or `1`=`1",
    "x -- y",
    "x /* y",
    "x) union select 1",
    "",
    " ",
    "desc, 1",
    "month', now()) --",
]


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_direction_is_one_of_two(text: str) -> None:
    refusal(SHOP, ["orders.orders"], ["customers.name"], order_by=[{"field": "customers.name", "direction": text}])


@pytest.mark.parametrize("text", [*SMUGGLED, "fortnight", "MONTHS", "decade"])
def test_a_granularity_is_one_of_eight(text: str) -> None:
    refusal(SHOP, ["orders.orders"], [{"field": "orders.placed", "granularity": text}])


@pytest.mark.parametrize("text", [*SMUGGLED, "no_such_dialect"])
def test_a_dialect_is_a_known_one(text: str) -> None:
    refusal(SHOP, ["orders.orders"], dialect=text)


@pytest.mark.parametrize("limit", ["1", "1; drop table orders", -1, 1.5, True, [1]])
def test_a_limit_is_a_natural_number(limit: object) -> None:
    refusal(SHOP, ["orders.orders"], limit=limit)


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_dimension_is_a_name(text: str) -> None:
    refusal(SHOP, ["orders.orders"], [text])
    refusal(SHOP, ["orders.orders"], [f"customers.{text}"])


@pytest.mark.parametrize("text", SMUGGLED)
def test_an_order_is_a_name(text: str) -> None:
    refusal(SHOP, ["orders.orders"], ["customers.name"], order_by=[text])


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_segment_is_a_name(text: str) -> None:
    refusal(SHOP, ["orders.orders"], segments=[text])
    refusal(SHOP, ["orders.orders"], segments=[f"orders.{text}"])


@pytest.mark.parametrize("text", [text for text in SMUGGLED if text.strip()])
def test_a_measure_s_given_name_is_quoted_or_refused(ask_sql: Ask, text: str) -> None:
    """Whatever the name, the answer is the count, under that name or another."""
    try:
        answer = ask_sql(SHOP, [{"expr": "count(orders.id)", "name": text}])
    except SemanticError:
        return
    answer.gives((7,))


@pytest.mark.parametrize(
    "text",
    [
        "sum(orders.amount); drop table orders",
        "sum(orders.amount) -- x",
        "sum(orders.amount) /* x */",
        "sum(orders.amount) from orders",
        "sum(orders.amount), 1",
        "sum(orders.amount) as x",
        "sum(orders.amount",
        "sum(orders.amount))",
        "(select sum(amount) from orders)",
        "",
    ],
)
def test_a_measure_is_exactly_one_expression(text: str) -> None:
    refusal(SHOP, [text])
    refusal(SHOP, [{"expr": text, "name": "x"}])
