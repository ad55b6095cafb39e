"""What a scalar means: text as it is written, wherever a source wants text."""

import codecs

import pytest

from tests.loader.conftest import ORDERS, Load


def test_on_as_a_key_and_as_a_name_is_text(load: Load) -> None:
    (source,) = load(
        {
            "a.yaml": "name: on\ntable: no\ngrain: [yes]\njoins:\n- to: off\n  on: yes = off.on\n"
            "  relationship: many_to_one\n"
        }
    ).sources
    assert source == {
        "name": "on",
        "table": "no",
        "grain": ["yes"],
        "joins": [{"to": "off", "on": "yes = off.on", "relationship": "many_to_one"}],
    }


@pytest.mark.parametrize(
    "scalar", ["yes", "no", "on", "off", "true", "2024-01-01", "12:30:00", "0o17", "017", "1_000", "1e3", "0x1F", ".5"]
)
def test_a_plain_scalar_stays_as_it_is_written(load: Load, scalar: str) -> None:
    (source,) = load({"a.yaml": f"name: {scalar}\ntable: t\ntags: [{scalar}]\nsql_note: {{x: {scalar}}}\n"}).sources
    assert (source["name"], source["tags"], source["sql_note"]) == (scalar, [scalar], {"x": scalar})


def test_constraints_take_every_spelling_of_a_truth_value(load: Load) -> None:
    (source,) = load(
        {"a.yaml": "name: a\ntable: t\ncolumns:\n- {name: x, constraints: {db: {not_null: yes, unique: False}}}\n"}
    ).sources
    assert source["columns"] == [{"name": "x", "constraints": {"db": {"not_null": True, "unique": False}}}]


def test_free_metadata_follows_the_core_schema(load: Load) -> None:
    (source,) = load(
        {"a.yaml": "name: a\ntable: t\nfreshness: {hours: 24, share: 0.5, late: no, on: true, at: 12:30, none: ~}\n"}
    ).sources
    assert source["freshness"] == {"hours": 24, "share": 0.5, "late": "no", "on": True, "at": "12:30", "none": None}


def test_nothing_written_is_none_and_quoted_nothing_is_text(load: Load) -> None:
    (source,) = load({"a.yaml": "name: a\ntable: t\ndescription:\ntags: [~, null, '', \"null\", !!str null]\n"}).sources
    assert source["description"] is None
    assert source["tags"] == [None, None, "", "null", "null"]


def test_blocks_and_quotes_read_as_yaml_says(load: Load) -> None:
    (source,) = load(
        {
            "a.yaml": "name: 'it''s'\nsql: |\n  select 1\n    as x\ngrain: [x]\ndescription: >-\n  folded\n  text\n"
            'tags: ["tab\\there"]\n'
        }
    ).sources
    assert source == {
        "name": "it's",
        "sql": "select 1\n  as x\n",
        "grain": ["x"],
        "description": "folded text",
        "tags": ["tab\there"],
    }


def test_anchors_aliases_and_merge_keys_are_written_out(load: Load) -> None:
    (source,) = load(
        {
            "a.yaml": "name: a\ntable: t\ncolumns:\n- &id {name: id, type: number}\n"
            "- {<<: *id, name: other}\n- *id\n- {<<: [{type: time}, *id]}\n"
        }
    ).sources
    assert source["columns"] == [
        {"name": "id", "type": "number"},
        {"name": "other", "type": "number"},
        {"name": "id", "type": "number"},
        {"name": "id", "type": "time"},
    ]


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + ORDERS.encode(),
        codecs.BOM_UTF16_LE + ORDERS.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + ORDERS.encode("utf-16-be"),
        ORDERS.replace("\n", "\r\n").encode(),
        ORDERS.replace("\n", "\r").encode(),
        ("%YAML 1.1\n---\n" + ORDERS + "...\n").encode(),
    ],
    ids=["utf-8 with a mark", "utf-16 little", "utf-16 big", "crlf", "cr", "directives"],
)
def test_encodings_and_line_ends_change_nothing(load: Load, content: bytes) -> None:
    plain = load({"a.yaml": ORDERS}).sources
    assert load({"a.yaml": content}).sources == plain


def test_names_in_any_script_survive(load: Load) -> None:
    (source,) = load({"a.yaml": "name: Aufträge 注文 🛒\ntable: t\n"}).sources
    assert source["name"] == "Aufträge 注文 🛒"
