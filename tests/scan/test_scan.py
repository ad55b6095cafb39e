"""`ktx scan`: what the database changed comes in, what people changed stays, and nothing is lost in silence."""

from __future__ import annotations

import json


def lines(done) -> list[str]:
    return [" ".join(line.split()) for line in done.out.splitlines()]


def test_a_first_scan_makes_a_model_that_is_valid_and_answers(bare):
    done = bare.scan("shop")
    assert (done.code, done.err) == (0, "2 tables: 2 added; 4 files written in semantic-layer/shop\n")
    assert lines(done) == ["added customers", "added orders"]
    assert bare.ktx("sl", "validate").code == 0
    asked = ("--measure", "orders.total_amount", "--dimension", "customers_billed_to.country", "--execute", "--json")
    assert bare.ktx("sl", "query", *asked).json["rows"] == [["DE", 30.0], ["NO", 30.5]]


def test_a_shard_says_what_the_database_says(scanned):
    assert scanned.shard("customers") == {
        "table": "customers",
        "columns": [
            {"name": "id", "type": "INTEGER", "pk": True, "nullable": False},
            {"name": "country", "type": "TEXT"},
            {"name": "boss", "type": "INTEGER"},
        ],
        "joins": [
            {
                "to": "customers",
                "on": "boss = customers_boss.id",
                "relationship": "many_to_one",
                "alias": "customers_boss",
                "source": "formal",
            }
        ],
    }


def test_numbers_that_refer_to_other_tables_are_not_summed(scanned):
    answer = scanned.ktx("sl", "read", "orders", "--json").json
    assert "total_amount" in str(answer)
    assert "total_billed_to" not in str(answer)


def test_a_shard_keeps_the_line_ends_of_windows(scanned):
    shard = scanned.model / "_schema" / "orders.yaml"
    shard.write_bytes(shard.read_bytes().replace(b"\n", b"\r\n"))
    before = shard.read_bytes().splitlines(keepends=True)
    scanned.sql("alter table orders add column note text")
    assert lines(scanned.scan()) == ["added orders.note TEXT"]
    after = shard.read_bytes().splitlines(keepends=True)
    assert [line for line in after if line not in before] == [b"    - {name: note, type: TEXT}\r\n"]
    assert [line for line in before if line not in after] == []


def test_a_second_scan_changes_no_byte(scanned):
    before = scanned.digest()
    done = scanned.scan()
    assert (done.code, done.out) == (0, "")
    assert done.err == "2 tables: no difference; nothing to write\n"
    assert scanned.digest() == before


def test_what_the_database_changed_comes_in(scanned):
    scanned.sql(
        "alter table orders add column note text not null default '';"
        "create table lines (id integer primary key, order_id integer references orders (id));"
    )
    done = scanned.scan()
    assert lines(done) == ["added lines", "added orders.note TEXT"]
    assert scanned.shard("orders")["columns"][-1] == {"name": "note", "type": "TEXT", "nullable": False}
    assert scanned.ktx("sl", "validate").code == 0
    before = scanned.digest()
    scanned.scan()
    assert scanned.digest() == before


def test_a_changed_type_is_followed_and_told(scanned):
    scanned.sql("alter table orders drop column amount; alter table orders add column amount numeric(10, 2);")
    assert lines(scanned.scan()) == ["changed orders.amount.type REAL -> numeric(10, 2)"]
    assert scanned.shard("orders")["columns"][-1]["type"] == "numeric(10, 2)"


def test_what_somebody_changed_in_a_shard_stays(scanned):
    scanned.edit("_schema/orders.yaml", "{name: ordered_at, type: TEXT", "{name: ordered_at, type: timestamp")
    scanned.edit(
        "_schema/orders.yaml", "    - {name: amount", "    # in euros, as the invoice has it\n    - {name: amount"
    )
    scanned.edit(
        "_schema/orders.yaml",
        "relationship: many_to_one, alias: customers_billed_to",
        "relationship: one_to_one, alias: customers_billed_to",
    )
    before = scanned.digest()
    done = scanned.scan()
    assert done.out == ""
    assert done.err.startswith("2 tables: no difference; 2 of your changes kept; ")
    assert scanned.scan("--check").code == 0
    assert scanned.digest() == before


def test_comments_and_notes_of_people_survive_what_the_database_changed(scanned):
    scanned.edit("_schema/orders.yaml", "    - {name: amount", "    # in euros\n    - {name: amount")
    scanned.edit(
        "_schema/orders.yaml",
        "    joins:\n",
        "    tags: [money]  # for the board\n    freshness: {hours: 24}\n    joins:\n"
        "    - to: customers\n      'on': ordered_at = customers.country\n"
        "      relationship: many_to_one\n      source: manual\n",
    )
    scanned.edit(
        "_schema/orders.yaml",
        "{name: billed_to, type: INTEGER}",
        "{name: billed_to, type: INTEGER, descriptions: {user: who pays}}",
    )
    text = (scanned.model / "_schema/orders.yaml").read_text()
    scanned.sql("alter table orders add column note text;")
    assert lines(scanned.scan()) == ["added orders.note TEXT"]
    after = (scanned.model / "_schema/orders.yaml").read_text()
    assert after.replace("    - {name: note, type: TEXT}\n", "") == text


def test_a_conflict_is_told_and_the_users_word_holds_until_overwrite(scanned):
    scanned.edit("_schema/orders.yaml", "{name: amount, type: REAL}", "{name: amount, type: money}")
    scanned.sql("alter table orders drop column amount; alter table orders add column amount integer;")
    assert scanned.scan("--check").code == 1
    assert lines(scanned.scan()) == ["kept yours orders.amount.type money, where the database says INTEGER"]
    assert scanned.shard("orders")["columns"][-1]["type"] == "money"
    assert scanned.scan("--check").code == 0
    assert lines(scanned.scan("--overwrite")) == ["changed orders.amount.type money -> INTEGER"]
    assert scanned.shard("orders")["columns"][-1]["type"] == "INTEGER"


def test_what_is_gone_is_told_every_time_and_stays_until_it_is_pruned(scanned):
    scanned.sql("alter table orders drop column amount; drop table customers;")
    for _ in range(2):
        done = scanned.scan()
        assert lines(done) == ["vanished customers", "vanished orders.amount"]
        assert done.err.splitlines()[-1] == "hint: to take out what is gone: ktx scan shop --prune"
    assert scanned.scan("--check").code == 1
    assert scanned.shard("orders")["columns"][-1] == {"name": "amount", "type": "REAL"}
    done = scanned.scan("--prune")
    assert lines(done)[0] == "removed customers"
    assert "removed orders.amount" in lines(done)
    assert not (scanned.model / "_schema/customers.yaml").exists()
    assert (scanned.model / "customers.yaml").exists()
    assert "customers has an overlay, which now overlays nothing" in done.err


def test_a_database_that_shows_nothing_prunes_nothing(scanned):
    scanned.sql("drop table orders; drop table customers;")
    before = scanned.digest()
    done = scanned.scan("--prune", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "no-tables")
    assert scanned.digest() == before
    assert lines(scanned.scan()) == ["vanished customers", "vanished orders"]


def test_what_somebody_took_out_stays_out_until_it_is_asked_for(scanned):
    scanned.edit("_schema/orders.yaml", "    - {name: shipped_to, type: INTEGER}\n", "")
    (scanned.model / "_schema/customers.yaml").unlink()
    (scanned.model / "customers.yaml").unlink()
    assert scanned.scan().out == ""
    assert not (scanned.model / "_schema/customers.yaml").exists()
    assert lines(scanned.scan("--table", "customers")) == ["added customers"]
    assert "shipped_to" not in [column["name"] for column in scanned.shard("orders")["columns"]]


def test_an_overlay_is_written_once_and_is_the_users_then(scanned):
    (scanned.model / "orders.yaml").write_text("name: orders\nmeasures:\n- {name: big, expr: max(amount)}\n")
    scanned.sql("alter table orders add column weight real;")
    scanned.scan()
    assert (scanned.model / "orders.yaml").read_text() == "name: orders\nmeasures:\n- {name: big, expr: max(amount)}\n"


def test_a_table_that_people_describe_by_hand_is_left_alone(bare):
    bare.write(
        "semantic-layer/shop/sales.yaml",
        "{name: sales, table: orders, grain: [id], columns: [{name: id, type: number}]}\n",
    )
    done = bare.scan()
    assert lines(done) == ["added customers"]
    assert "orders is described by hand, as the source sales: it is left alone" in done.err
    assert bare.ktx("sl", "validate").code == 0


def test_only_what_was_named_is_looked_at_and_nothing_else_counts_as_gone(scanned):
    scanned.sql("alter table orders add column note text; drop table customers; create table more (id int);")
    assert lines(scanned.scan("--table", "orders", "--check")) == ["added orders.note TEXT"]
    assert lines(scanned.scan("--table", "orders")) == ["added orders.note TEXT"]
    assert "customers" in str(scanned.shard("orders")["joins"])
    assert lines(scanned.scan("--table", "customers")) == ["vanished customers"]


def test_a_dry_run_shows_a_diff_and_writes_nothing(scanned):
    scanned.sql("alter table orders add column note text;")
    before = scanned.digest()
    done = scanned.scan("--dry-run")
    assert "+    - {name: note, type: TEXT}\n" in done.out
    assert [line for line in done.out.splitlines() if line.startswith("-")] == [
        "--- a/semantic-layer/shop/_schema/orders.yaml"
    ]
    assert scanned.scan("--dry-run", "--json").json["diff"] == done.out
    assert scanned.digest() == before


def test_check_tells_drift_by_its_exit_code_and_writes_nothing(scanned):
    before = scanned.digest()
    assert scanned.scan("--check").code == 0
    scanned.sql("alter table orders add column note text;")
    done = scanned.scan("--check", "--json")
    assert (done.code, done.json["drifted"], done.json["written"]) == (1, True, [])
    assert scanned.digest() == before


def test_the_answer_is_data(bare):
    answer = bare.scan("--json").json
    assert (answer["connectionId"], answer["tables"], answer["drifted"], answer["errors"]) == ("shop", 2, True, 0)
    assert answer["changes"][0] == {
        "kind": "added",
        "table": "customers",
        "part": None,
        "before": None,
        "after": "customers",
        "drift": True,
    }
    assert "semantic-layer/shop/_schema/orders.yaml" in answer["written"]


def test_without_a_memory_nothing_of_a_shard_is_overwritten(scanned):
    scanned.edit("_schema/orders.yaml", "{name: amount, type: REAL}", "{name: amount, type: money}")
    (scanned.model / "_schema/.scanned.json").write_text("not json")
    done = scanned.scan()
    assert lines(done) == ["kept yours orders.amount.type money, where the database says REAL"]
    assert "every difference is taken for yours, and kept" in done.err
    assert scanned.shard("orders")["columns"][-1]["type"] == "money"


def test_a_scan_that_was_cut_off_is_finished_by_the_next(scanned):
    whole = scanned.digest()
    (scanned.model / "_schema/.scanned.json").unlink()
    (scanned.model / "_schema/orders.yaml").unlink()
    scanned.scan()
    assert scanned.digest() == whole


def test_a_shard_that_cannot_be_read_stops_the_scan_with_its_place(scanned):
    (scanned.model / "_schema/orders.yaml").write_text("tables: [\n")
    done = scanned.scan("--json")
    assert (done.code, done.json["error"]["code"]) == (1, "shard-unreadable")
    assert "_schema/orders.yaml:" in done.json["error"]["message"]


def test_several_tables_in_one_shard_stay_in_it(scanned):
    customers = (scanned.model / "_schema/customers.yaml").read_text().removeprefix("tables:\n")
    with (scanned.model / "_schema/orders.yaml").open("a") as file:
        file.write(customers)
    (scanned.model / "_schema/customers.yaml").unlink()
    scanned.sql("alter table customers add column name text; alter table orders drop column amount;")
    assert lines(scanned.scan("--prune")) == ["added customers.name TEXT", "removed orders.amount"]
    assert not (scanned.model / "_schema/customers.yaml").exists()
    assert scanned.ktx("sl", "validate").code == 1  # the overlay's measures of the column that is gone
    scanned.sql("drop table customers;")
    scanned.scan("--prune")
    assert "customers:" not in (scanned.model / "_schema/orders.yaml").read_text()


NAMES = (
    *(
        "a: b",
        "- x",
        "!!python/object:os.system",
        'it\'s "quoted"',
        "é ü 表",
        "x.y",
        "\x1b[31mred",
        "../../etc",
        "null",
        "yes",
    ),
    *("CON", "a" * 200, "{x}", "#no", "%d", "Customers 2", "my people", "line\nfeed"),
)


def test_any_name_survives(bare):
    for name in NAMES:
        quoted = '"' + name.replace('"', '""') + '"'
        bare.sql(f"create table {quoted} ({quoted} integer primary key, y real); insert into {quoted} values (1, 2.5);")
    done = bare.scan()
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
    assert all(path.is_relative_to(bare.model) for path in bare.model.rglob("*"))
    before = bare.digest()
    assert f"{len(NAMES) + 2} tables: no difference" in bare.scan().err
    assert bare.digest() == before
    assert bare.ktx("sl", "validate").code == 0
    for name in NAMES:
        quoted = '"' + name.replace('"', '""') + '"'
        asked = {"measures": [f"sum({quoted}.y)"], "dimensions": [f"{quoted}.{quoted}"]}
        query = bare.write("query.json", json.dumps(asked))
        answer = bare.ktx("sl", "query", "--query-file", str(query), "--execute", "--json")
        assert answer.code == 0, (name, answer.err)
        assert answer.json["rows"] == [[1, 2.5]], name


def test_tables_that_refer_to_each_other_in_a_circle_are_scanned(bare):
    bare.sql(
        "create table chicken (id integer primary key, egg integer references egg (id));"
        "create table egg (id integer primary key, chicken integer references chicken (id));"
    )
    assert bare.scan().code == 0
    assert bare.ktx("sl", "validate").code == 0


def test_a_table_without_a_key_is_told(bare):
    bare.sql("create table events (at text, what text);")
    done = bare.scan()
    assert "warning: events has no primary key: its first column is taken for its grain" in done.err
    assert "events has no primary key" not in bare.scan().err


def test_a_second_reference_leaves_the_first_one_as_it_was(bare):
    bare.sql("create table visits (id integer primary key, who integer references customers (id));")
    bare.scan()
    assert bare.shard("visits")["joins"][0].get("alias") is None
    bare.sql(
        "drop table visits; create table visits (id integer primary key, who integer references customers (id), "
        "guest_of integer references customers (id));"
    )
    done = bare.scan()
    assert lines(done) == [
        "added visits.guest_of INTEGER",
        "added visits.join customers on guest_of = customers_guest_of.id",
    ]
    assert bare.shard("visits")["joins"][0].get("alias") is None
    assert bare.ktx("sl", "validate").code == 0
