"""Whatever is typed, the answer is rows, a refusal or a usage error: never an unexpected failure."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VERBS = st.sampled_from(
    [("sl", "query"), ("sl", "query"), ("sl", "query"), ("sl", "list"), ("sl", "search"), ("sl", "read"),
     ("sl", "graph"), ("sl", "validate"), ("sl", "generate", "--dry-run"), ("sql",), ("call",), ("sl",), ()]
)  # fmt: skip
OPTIONS = st.sampled_from(
    ["--measure", "--dimension", "--filter", "--segment", "--order-by", "--query-file", "--limit", "--no-include-empty",
     "--execute", "--format", "--json", "--explain", "--max-rows", "--timeout", "--project-dir", "--connection-id",
     "--yes", "--no-input", "--help", "--source", "--table", "--schema", "--strict", "--list", "--input", "--"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["orders.revenue", "revenue", "orders.amount", "sum(orders.amount)", "x=sum(orders.amount)", "customers.country",
     "orders.ordered_at@month", "@month", "a@b@c", "orders.ordered_at@weeek", "count(*)", "sum(sum(orders.amount))",
     "orders.amount > 1 or revenue > 2", "orders.amount >", "'", '"', "-1", "0", "all", "1e9", "9" * 40, "table",
     "json", "csv", "sql", "", "\udcff", "日本", "a" * 300, "orders.paid", "revenue:desc", "revenue:", "*", "select 1",
     "orders.secret", "query.yaml", "-", "nothing.yaml", "shop", "orders", ".", "/", "x;y", "((((((", "$1", ":a",
     "exists(select 1 from customers)", "row_number() over ()", "orders.amount::int", "{a: 1}", "a\0b"]
)  # fmt: skip
WORDS = st.lists(OPTIONS | VALUES | VALUES | st.text(max_size=8), max_size=10)
STDIN = st.sampled_from(["", "{}", "[1]", "select 1", "measures: [revenue]", "\udcff"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=VERBS, words=WORDS, stdin=STDIN)
def test_no_words_end_in_an_unexpected_failure(shop, verb, words, stdin):
    shop.write("query.yaml", "measures: [revenue]\n")
    done = shop.ktx(*verb, *words, stdin=stdin)
    assert done.code in (0, 1, 2), done.err
    assert "\x1b" not in done.out + done.err
