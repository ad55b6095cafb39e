"""`ktx sl generate` and `ktx sl validate`: a first model, and whether it holds."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def bare(shop):
    shutil.rmtree(shop.directory / "semantic-layer")
    return shop


def test_what_is_generated_is_valid_and_answers_queries(bare):
    done = bare.ktx("sl", "generate")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == ["semantic-layer/shop/customers.yaml", "semantic-layer/shop/orders.yaml"]
    assert bare.ktx("sl", "validate").code == 0
    asked = (
        "sl",
        "query",
        "--measure",
        "orders.total_amount",
        "--dimension",
        "customers.country",
        "--execute",
        "--json",
    )
    rows = {row[0]: row[1] for row in bare.ktx(*asked).json["rows"]}
    assert rows == {"NO": 30.5, "DE": 30.0, None: 90.0, "FR": None}


def test_a_dry_run_prints_yaml_and_writes_nothing(bare):
    done = bare.ktx("sl", "generate", "--dry-run")
    assert "name: customers" in done.out
    assert "\n---\n" in done.out
    assert not (bare.directory / "semantic-layer").exists()


def test_only_the_tables_that_were_named_are_looked_at(bare):
    assert bare.ktx("sl", "generate", "--table", "orders").out == "semantic-layer/shop/orders.yaml\n"


def test_a_source_that_exists_is_kept_whatever_file_it_is_in(shop):
    shop.write("semantic-layer/shop/all.yaml", (shop.directory / "semantic-layer/shop/orders.yaml").read_text())
    (shop.directory / "semantic-layer/shop/orders.yaml").unlink()
    before = (shop.directory / "semantic-layer/shop/customers.yaml").read_text()
    done = shop.ktx("sl", "generate")
    assert (done.out, done.code) == ("", 0)
    assert done.err.splitlines() == ["kept: semantic-layer/shop/customers.yaml", "kept: semantic-layer/shop/all.yaml"]
    assert (shop.directory / "semantic-layer/shop/customers.yaml").read_text() == before


def test_force_writes_again_but_never_a_file_of_another_name(shop):
    shop.write("semantic-layer/shop/all.yaml", (shop.directory / "semantic-layer/shop/orders.yaml").read_text())
    (shop.directory / "semantic-layer/shop/orders.yaml").unlink()
    answer = shop.ktx("sl", "generate", "--force", "--json").json
    assert answer["written"] == ["semantic-layer/shop/customers.yaml"]
    assert answer["kept"] == ["semantic-layer/shop/all.yaml"]


def test_a_database_without_tables_says_so(bare):
    done = bare.ktx("sl", "generate", "--table", "nothing", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "no-tables")


def test_a_valid_model_is_told_in_one_line(shop):
    done = shop.ktx("sl", "validate")
    assert (done.code, done.out) == (0, "")
    assert done.err == "0 errors, 0 warnings in 2 sources\n"


def test_findings_are_told_with_file_line_and_column(shop):
    file = shop.directory / "semantic-layer/shop/orders.yaml"
    file.write_text(file.read_text().replace("sum(amount)", "sum(amont)"))
    done = shop.ktx("sl", "validate")
    assert done.code == 1
    (line, *_) = done.out.splitlines()
    assert line.startswith("semantic-layer/shop/orders.yaml:16:31: ")
    assert "error:" in line
    assert "amont" in line


def test_a_file_that_cannot_be_read_is_a_finding_and_hides_no_other(shop):
    shop.write("semantic-layer/shop/broken.yaml", "name: [\n")
    file = shop.directory / "semantic-layer/shop/orders.yaml"
    file.write_text(file.read_text().replace("sum(amount)", "sum(amont)"))
    answer = shop.ktx("sl", "validate", "--json").json
    assert answer["valid"] is False
    assert {finding["file"] for finding in answer["findings"]} == {
        "semantic-layer/shop/broken.yaml",
        "semantic-layer/shop/orders.yaml",
    }


def test_strict_counts_warnings(shop):
    shop.write("semantic-layer/shop/island.yaml", "{name: island, table: island, grain: [id], columns: [{name: id}]}\n")
    assert shop.ktx("sl", "validate").code == 0
    assert shop.ktx("sl", "validate", "--strict").code == 1
