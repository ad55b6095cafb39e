"""`ktx sl list`, `search`, `read` and `graph`: what a model holds."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ktx_runtime.api import Terminal


def test_sources_are_listed_with_what_they_offer(shop):
    done = shop.ktx("sl", "list")
    assert done.out.splitlines() == [
        "source     measures  dimensions  segments  joins  description",
        "---------  --------  ----------  --------  -----  ----------------------",
        "customers         1           2         0      0  People.",
        "orders            2           5         1      1  What customers bought.",
    ]
    assert (done.code, done.err) == (0, "")


def test_without_a_verb_the_sources_are_listed(shop):
    assert shop.ktx("sl").out == shop.ktx("sl", "list").out


def test_the_list_in_json_names_what_queries_may_name(shop):
    (customers, orders) = shop.ktx("sl", "list", "--json").json["sources"]
    assert customers["description"] == "People."
    assert orders["measures"] == ["revenue", "order_count"]
    assert orders["dimensions"] == ["id", "customer_id", "ordered_at", "status", "amount"]
    assert (orders["segments"], orders["joins"], orders["connectionId"]) == (["paid"], ["customers"], "shop")


def test_a_broken_file_is_told_with_its_place_and_hides_nothing_else(shop):
    shop.write("semantic-layer/shop/broken.yaml", "name: broken\n  x: [\n")
    done = shop.ktx("sl", "list")
    assert "orders" in done.out
    assert "broken.yaml:2:" in done.err
    assert shop.ktx("sl", "list", "--json").json["problems"][0]["file"] == "semantic-layer/shop/broken.yaml"


def test_several_connections_are_listed_together(shop):
    shop.write(
        "ktx.yaml", "connections:\n  shop: {driver: sqlite}\n  lake: {driver: duckdb}\n  bare: {driver: sqlite}\n"
    )
    shop.write("semantic-layer/lake/fish.yaml", "{name: fish, table: fish, grain: [id]}\n")
    lines = shop.ktx("sl", "list").out.splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [["shop", "customers"], ["shop", "orders"], ["lake", "fish"]]
    assert "fish" not in shop.ktx("sl", "list", "--connection-id", "shop").out


def test_a_connection_without_a_model_says_how_to_start_one(shop):
    shop.write("ktx.yaml", "connections:\n  bare: {driver: sqlite}\n")
    done = shop.ktx("sl", "list")
    assert done.code == 1
    assert "connection bare has no semantic layer" in done.err
    assert "ktx sl generate --connection-id bare" in done.err


def test_outside_a_project_the_way_in_is_told(shop):
    (shop.directory / "ktx.yaml").unlink()
    done = shop.ktx("sl", "list", "--json")
    assert done.json["error"]["code"] == "project-not-found"


def test_the_cache_keeps_itself_out_of_version_control(shop):
    shop.ktx("sl", "list")
    assert (shop.directory / ".ktx" / ".gitignore").read_text() == "*\n"


def test_an_unknown_verb_is_met_with_near_names(shop):
    done = shop.ktx("sl", "qurey")
    assert (done.code, done.err) == (2, "error: unknown command: sl qurey\nhint: did you mean ktx sl query?\n")


def test_help_lists_the_verbs(shop):
    assert "  query     compile a semantic query" in shop.ktx("sl", "--help").out


def _names(done):
    return [hit["name"] for hit in done.json["hits"]]


def test_search_finds_by_name_and_by_description_the_name_first(shop):
    assert _names(shop.ktx("sl", "search", "revenue", "--json")) == ["orders.revenue"]
    assert _names(shop.ktx("sl", "search", "money", "--json")) == ["orders.revenue"]
    assert _names(shop.ktx("sl", "search", "orders", "--json"))[0] == "orders"


def test_search_knows_beginnings_plurals_and_near_spellings(shop):
    assert _names(shop.ktx("sl", "search", "rev", "--json")) == ["orders.revenue"]
    assert "customers.country" in _names(shop.ktx("sl", "search", "countries", "--json"))
    assert "customers.country" in _names(shop.ktx("sl", "search", "contry", "--json"))


def test_search_never_shows_what_queries_may_not_name(shop):
    assert _names(shop.ktx("sl", "search", "secret", "--json")) == []
    assert _names(shop.ktx("sl", "search", "margin", "--json")) == []


def test_search_without_a_hit_says_so_on_stderr(shop):
    done = shop.ktx("sl", "search", "zebra")
    assert (done.code, done.out) == (0, "")
    assert "nothing found" in done.err


def test_search_shows_no_more_hits_than_asked(shop):
    assert len(_names(shop.ktx("sl", "search", "orders", "--limit", "2", "--json"))) == 2


def test_read_shows_one_source_and_hides_what_is_hidden(shop):
    text = shop.ktx("sl", "read", "orders").out
    assert "revenue" in text
    assert "semantic-layer/shop/orders.yaml:1:1" in text
    assert "secret" not in text
    assert "margin" not in text


def test_read_in_json_is_the_source_as_it_is_loaded(shop):
    answer = shop.ktx("sl", "read", "orders", "--json").json
    assert answer["source"]["measures"][0]["expr"] == "sum(amount)"


def test_read_of_an_unknown_source_names_near_ones(shop):
    done = shop.ktx("sl", "read", "order")
    assert (done.code, done.err) == (
        1,
        "error: connection shop has no source called order\nhint: did you mean orders?\n",
    )


def test_the_graph_is_a_tree_on_request_mermaid_dot_or_json(shop):
    assert shop.ktx("sl", "graph").out == "orders\n└─ customers  many_to_one on customer_id = customers.id\n"
    assert 's1 }o--|| s0 : "customers"' in shop.ktx("sl", "graph", "--format", "mermaid").out
    assert '"orders" -> "customers"' in shop.ktx("sl", "graph", "--format", "dot").out
    assert shop.ktx("sl", "graph", "--json").json["edges"] == [
        {
            "from": "orders",
            "to": "customers",
            "as": "customers",
            "on": "customer_id = customers.id",
            "relationship": "many_to_one",
        }
    ]


def test_the_graph_as_svg_draws_every_source_and_join_also_in_cycles(shop):
    cycle = "{{name: {0}, table: {0}, grain: [id], joins: [{{to: {1}, on: a = {1}.a, relationship: one_to_one}}]}}\n"
    for near, far in (("a", "b"), ("b", "<c>"), ("<c>", "a"), ("self", "self")):
        shop.write(f"semantic-layer/shop/{near.strip('<>')}.yaml", cycle.format(near, far))
    drawn = ET.fromstring(shop.ktx("sl", "graph", "--format", "svg").out)  # noqa: S314 - our own text
    names = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if not text.get("class")]
    assert sorted(names) == ["<c>", "a", "b", "customers", "orders", "self"]
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}path"))) == 5


def test_the_graph_of_one_source_is_what_it_reaches(shop):
    assert shop.ktx("sl", "graph", "--source", "customers").out == "customers\n"


def test_a_list_fits_the_terminal(shop):
    narrow = Terminal(width=60, stdout_is_terminal=True)
    assert max(map(len, shop.ktx("sl", "list", terminal=narrow).out.splitlines())) <= 60
