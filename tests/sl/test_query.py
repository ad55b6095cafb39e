"""`ktx sl query`: from words to SQL, and to rows that are right."""

from __future__ import annotations

import csv
import io
import json

import pytest

from ktx_runtime.api import Terminal

BY_MONTH = ("sl", "query", "--measure", "orders.revenue", "--dimension", "orders.ordered_at@month")
BY_COUNTRY = ("sl", "query", "--measure", "revenue", "--dimension", "customers.country")


def _rows(done):
    assert done.code == 0, done.err
    return done.json["rows"]


def test_without_execute_the_sql_is_printed_and_no_database_is_opened(shop):
    (shop.directory / "shop.db").unlink()
    done = shop.ktx(*BY_MONTH)
    assert done.code == 0
    assert done.out.startswith(("SELECT", "WITH"))
    assert "SUM(orders.amount)" in done.out


def test_with_execute_rows_are_shown_as_a_table(shop):
    done = shop.ktx(*BY_MONTH, "--execute")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "ordered_at_month  revenue",
        "----------------  -------",
        "2024-01-01           30.5",
        "2024-02-01           70.0",
        "2024-03-01           50.0",
    ]


def test_the_json_of_a_compiled_query_has_the_contracts_keys(shop):
    answer = shop.ktx(*BY_MONTH, "--json").json
    assert (answer["connectionId"], answer["dialect"]) == ("shop", "sqlite")
    assert (answer["headers"], answer["rows"], answer["totalRows"]) == (["ordered_at_month", "revenue"], [], 0)
    assert answer["plan"]["execution"] == {"mode": "compile_only"}
    assert answer["plan"]["anchor_source"] == "orders"
    assert answer["sql"].startswith(("SELECT", "WITH"))
    assert answer["warnings"] == []
    assert answer["columns"][0]["granularity"] == "month"


def test_the_json_of_an_executed_query_has_rows_and_how_they_came(shop):
    answer = shop.ktx(*BY_MONTH, "--execute", "--format", "json").json
    assert answer["rows"] == [["2024-01-01", 30.5], ["2024-02-01", 70.0], ["2024-03-01", 50.0]]
    assert answer["totalRows"] == 3
    assert answer["plan"]["execution"] == {"mode": "executed", "driver": "sqlite", "rowCount": 3, "truncated": False}


def test_csv_has_a_header_and_every_digit(shop):
    done = shop.ktx(*BY_COUNTRY, "--order-by", "revenue:desc", "--execute", "--format", "csv")
    assert list(csv.reader(io.StringIO(done.out)))[:3] == [["country", "revenue"], ["", "90.0"], ["NO", "30.5"]]


def test_null_is_shown_as_null(shop):
    assert "NULL        90.0" in shop.ktx(*BY_COUNTRY, "--execute", "--order-by", "revenue:desc").out


def test_order_filter_and_segment_reach_the_query(shop):
    done = shop.ktx(
        *BY_COUNTRY, "--filter", "orders.amount > 10", "--segment", "orders.paid", "--order-by", "revenue:DESC",
        "--no-include-empty", "--execute", "--json",
    )  # fmt: skip
    assert _rows(done) == [[None, 90.0], ["DE", 30.0], ["NO", 10.5]]


def test_members_without_facts_are_left_out_on_request(shop):
    with_empty = [row[0] for row in _rows(shop.ktx(*BY_COUNTRY, "--execute", "--json"))]
    without = [row[0] for row in _rows(shop.ktx(*BY_COUNTRY, "--no-include-empty", "--execute", "--json"))]
    assert set(with_empty) - set(without) == {"FR"}


def test_an_expression_can_be_named(shop):
    done = shop.ktx("sl", "query", "--measure", "biggest = max(orders.amount)", "--execute", "--json")
    assert (done.json["headers"], _rows(done)) == (["biggest"], [[50.0]])


def test_an_unnamed_expression_and_a_dimension_alone_work(shop):
    assert _rows(shop.ktx("sl", "query", "--measure", "sum(orders.amount)", "--execute", "--json")) == [[150.5]]
    rows = _rows(shop.ktx("sl", "query", "--dimension", "orders.status", "--execute", "--json"))
    assert sorted(rows, key=str) == [["open"], ["paid"], [None]]


def test_a_query_file_and_the_options_add_up(shop):
    shop.write("revenue.yaml", "measures: [orders.revenue]\nfilters: [orders.amount > 10.5]\nlimit: 2\n")
    done = shop.ktx(
        "sl", "query", "--query-file", "revenue.yaml", "--dimension", "orders.status", "--execute", "--json"
    )
    assert sorted(_rows(done), key=str) == [["open", 20.0], ["paid", 120.0]]


def test_a_query_file_may_be_json_on_stdin(shop):
    done = shop.ktx(
        "sl", "query", "--query-file", "-", "--execute", "--json", stdin=json.dumps({"measures": ["revenue"]})
    )
    assert _rows(done) == [[150.5]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("measures: [\n", "query.yaml:2:1: not valid YAML"),
        ("- a\n", "the query is not a mapping"),
        ("mesures: [orders.revenue]\nmeasures: [orders.revenue]\n", "mesures"),
        ("measures: orders.revenue\n", "measures"),
    ],
)
def test_a_query_file_that_is_off_is_told(shop, text, said):
    shop.write("query.yaml", text)
    done = shop.ktx("sl", "query", "--query-file", "query.yaml")
    assert done.code in (1, 2)
    assert said in done.err


def test_a_missing_query_file_is_a_usage_error(shop):
    assert shop.ktx("sl", "query", "--query-file", "nothing.yaml").code == 2


def test_a_limit_that_cut_the_rows_is_reported_and_the_sql_shows_the_limit_that_was_asked(shop):
    done = shop.ktx(*BY_MONTH, "--limit", "2", "--execute", "--json")
    assert len(_rows(done)) == 2
    assert done.json["truncated"] is True
    assert done.json["sql"].endswith("LIMIT 2")
    assert [warning["code"] for warning in done.json["warnings"]] == ["limit-cut"]
    assert "more rows than the 2 shown" in done.err or done.err == ""
    assert "more rows than the 2 shown" in shop.ktx(*BY_MONTH, "--limit", "2", "--execute").err


def test_a_limit_that_cut_nothing_says_nothing(shop):
    done = shop.ktx(*BY_MONTH, "--limit", "3", "--execute")
    assert (len(done.out.splitlines()), done.err) == (5, "")


def test_a_limit_of_zero_is_a_cut_too(shop):
    done = shop.ktx(*BY_MONTH, "--limit", "0", "--execute", "--json")
    assert (_rows(done), done.json["truncated"]) == ([], True)


def test_max_rows_that_cut_the_rows_are_reported(shop):
    done = shop.ktx(*BY_MONTH, "--max-rows", "1", "--execute", "--json")
    assert len(_rows(done)) == 1
    assert [warning["code"] for warning in done.json["warnings"]] == ["max-rows-cut"]


def test_all_rows_can_be_asked_for(shop):
    done = shop.ktx(*BY_MONTH, "--limit", "all", "--execute", "--json")
    assert (len(_rows(done)), done.json["truncated"]) == (3, False)
    assert "LIMIT" not in done.json["sql"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "a query needs a measure or a dimension"),
        ((), "or: ktx sl query --help"),
        (("--measure", "orders.revenue", "--format", "csv"), "add: --execute"),
        (("--measure", "orders.revenue", "--format", "table"), "add: --execute"),
        (("--measure", "orders.revenue", "--format", "sql", "--execute"), "--format sql shows no rows"),
        (("--measure", "orders.revenue", "--format", "csv", "--json"), "exclude each other"),
        (("--measure", "orders.revenue", "--limit", "-1"), "neither a number of rows nor all: -1"),
        (("--measure", "orders.revenue", "--limit", "many"), "neither a number of rows nor all: many"),
        (("--measure", "orders.revenue", "--max-rows", "x"), "not a number of rows: x"),
        (("--measure", "orders.revenue", "--timeout", "0"), "not a number of seconds above 0: 0"),
        (("--measur", "orders.revenue"), "did you mean --measure?"),
        (("--connection-id", "shp", "--measure", "x"), "did you mean shop?"),
    ],
)
def test_words_that_do_not_fit_are_told_with_the_way_out(shop, words, said):
    done = shop.ktx("sl", "query", *words)
    assert done.code in (1, 2)
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("--measure", "orders.revenu"), "revenue"),
        (("--measure", "revenue", "--dimension", "customers.contry"), "country"),
        (("--measure", "revenue", "--dimension", "orders.ordered_at@moth"), "month"),
        (("--measure", "revenue", "--order-by", "revenu:desc"), "revenue"),
    ],
)
def test_a_misspelt_name_is_met_with_near_ones(shop, words, near):
    done = shop.ktx("sl", "query", *words, "--json")
    assert (done.code, done.json["command"]) == (1, "sl query")
    assert near in json.dumps(done.json["error"])


def test_a_name_that_is_like_no_other_is_met_with_where_to_look(shop):
    assert shop.ktx("sl", "query", "--measure", "zebra").err.endswith(
        "hint: run: ktx sl list, or: ktx sl search WORD\n"
    )


@pytest.mark.parametrize("name", ["orders.secret", "secret"])
def test_a_hidden_column_cannot_be_asked_for(shop, name):
    assert shop.ktx("sl", "query", "--dimension", name, "--execute").code == 1


def test_a_granularity_of_a_text_is_met_with_how_the_model_declares_times(shop):
    done = shop.ktx("sl", "query", "--measure", "orders.revenue", "--dimension", "orders.status@month")
    assert done.code == 1
    assert done.err.endswith("hint: if status holds times, its column in the model says so with: type: time\n")


def test_a_broken_model_file_is_a_warning_beside_the_rows(shop):
    shop.write("semantic-layer/shop/broken.yaml", "name: [\n")
    done = shop.ktx(*BY_MONTH, "--execute", "--json")
    assert len(_rows(done)) == 3
    assert done.json["warnings"][0]["code"] == "model-yaml-syntax"
    assert "broken.yaml:2:1" in shop.ktx(*BY_MONTH, "--execute").err


def test_a_database_that_is_not_there_is_an_expected_failure(shop):
    (shop.directory / "shop.db").unlink()
    done = shop.ktx(*BY_MONTH, "--execute", "--json")
    assert done.code == 1
    assert done.json["error"]["code"] == "connection-failed"
    assert not (shop.directory / "shop.db").exists()


def test_a_driver_that_is_not_installed_still_compiles_and_says_what_executing_needs(shop):
    shop.write("ktx.yaml", "connections:\n  shop: {driver: snowflake, url: 'env:NOTHING'}\n")
    assert shop.ktx(*BY_MONTH, "--json").json["dialect"] == "snowflake"
    done = shop.ktx(*BY_MONTH, "--execute")
    assert done.code == 1
    assert "hint: ktx runtime plugins add ktx-snowflake" in done.err


def test_explain_says_in_words_what_is_aggregated_where(shop):
    text = shop.ktx(*BY_COUNTRY, "--filter", "customers.country = 'NO'", "--explain").out
    assert text.split("\n\n")[0].splitlines() == [
        "asked for:",
        "  orders.revenue = sum(amount)",
        "  by customers.country",
        "aggregated in orders, where a row is identified by id:",
        "  sum(amount)",
        "  join orders -> customers: many_to_one: a row of orders has at most one of customers by id",
        "  only rows where customers.country = 'NO'",
        "together:",
        "  members of customers without facts are added",
        "  at most 1000 rows",
    ]
    assert "SELECT" in text


def test_explain_is_data_in_json_and_stays_out_of_the_rows(shop):
    done = shop.ktx(*BY_MONTH, "--explain", "--execute")
    assert done.out.startswith("ordered_at_month")
    assert "asked for:" in done.err
    assert shop.ktx(*BY_MONTH, "--explain", "--json").json["explanation"][0] == "asked for:"


def test_a_wide_answer_fits_the_terminal_and_its_numbers_stay_whole(shop):
    narrow = Terminal(width=20, stdout_is_terminal=True)
    text = shop.ktx(*BY_MONTH, "--execute", terminal=narrow).out
    assert max(map(len, text.splitlines())) <= 20
    assert "30.5" in text


def test_consent_words_are_understood(shop):
    assert shop.ktx(*BY_MONTH, "--yes", "--no-input").code == 0


def test_the_working_directory_and_the_environment_are_the_callers(shop, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    away = type(shop)(elsewhere, shop.catalogue)
    assert away.ktx(*BY_MONTH).code == 1
    assert away.ktx(*BY_MONTH, KTX_PROJECT_DIR=str(shop.directory)).code == 0
    assert away.ktx(*BY_MONTH, "--project-dir", str(shop.directory)).code == 0


def test_a_secret_from_the_environment_reaches_the_driver_and_nothing_else(shop):
    shop.write("ktx.yaml", "connections:\n  shop: {driver: sqlite, path: 'env:SHOP_FILE'}\n")
    assert shop.ktx(*BY_MONTH, "--execute", SHOP_FILE="shop.db").code == 0
    done = shop.ktx(*BY_MONTH, "--execute")
    assert "the environment variable SHOP_FILE is not set" in done.err


def test_a_source_whose_shape_is_off_is_a_warning_with_its_place_beside_the_rows(shop):
    before = _rows(shop.ktx(*BY_MONTH, "--execute", "--json"))
    customers = (shop.directory / "semantic-layer/shop/customers.yaml").read_text()
    shop.write("semantic-layer/shop/customers.yaml", customers.replace("type: string", "tpye: string"))
    done = shop.ktx(*BY_MONTH, "--execute", "--json")
    assert _rows(done) == before
    (warning,) = done.json["warnings"]
    assert warning["code"] == "model-unknown-key"
    assert warning["message"].startswith("semantic-layer/shop/customers.yaml:7:27: source 'customers' columns[1].tpye")
    assert "customers.yaml:7:27" in shop.ktx(*BY_MONTH, "--execute").err


def test_a_query_that_needs_a_source_whose_shape_is_off_says_where_it_is_wrong(shop):
    customers = (shop.directory / "semantic-layer/shop/customers.yaml").read_text()
    shop.write("semantic-layer/shop/customers.yaml", customers.replace("type: string", "tpye: string"))
    done = shop.ktx(*BY_COUNTRY, "--execute")
    assert done.code == 1
    assert "semantic-layer/shop/customers.yaml:7:27" in done.err
    assert "unknown key 'tpye'" in done.err
    assert "type" in done.err


def test_a_query_for_what_is_in_a_broken_file_says_where_it_is_wrong(shop):
    shop.write("semantic-layer/shop/stores.yaml", "name: stores\nmeasures: [\n")
    done = shop.ktx("sl", "query", "--measure", "stores.count")
    assert done.code == 1
    assert "stores.yaml:3:1" in done.err


def test_a_refusal_about_the_model_has_its_place_in_the_file(shop):
    orders = (shop.directory / "semantic-layer/shop/orders.yaml").read_text()
    shop.write("semantic-layer/shop/orders.yaml", orders.replace("sum(amount)", "sum(amuont)"))
    done = shop.ktx("sl", "query", "--measure", "orders.revenue")
    assert done.code == 1
    assert "semantic-layer/shop/orders.yaml:16:31" in done.err, done.err
    assert "did you mean amount?" in done.err
