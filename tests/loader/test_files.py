"""Which files are read, and what a file that cannot be read does to the others."""

import os
import sys
from pathlib import Path

import pytest

from semantic_layer.loader import CODES, load_connection
from tests.loader.conftest import ORDERS, Load, names, reported


def named(name: str) -> str:
    return ORDERS.replace("orders", name, 1)


def test_a_file_holds_one_source_or_a_list_of_them(load: Load) -> None:
    connection = load(
        {
            "orders.yaml": ORDERS,
            "more.yml": f"- {named('a').replace(chr(10), chr(10) + '  ')}\n- {{name: b, table: b, grain: [id]}}\n",
        }
    )
    assert names(connection) == ["a", "b", "orders"]
    assert connection.problems == ()


def test_other_files_hidden_files_and_folders_are_no_part_of_a_connection(load: Load, directory: Path) -> None:
    (directory / "folder.yaml").mkdir()
    connection = load({"orders.yaml": ORDERS, "notes.md": "# no", ".orders.yaml": "name: [", "deep/orders.yaml": "]"})
    assert names(connection) == ["orders"]
    assert connection.problems == ()


def test_an_empty_connection_has_no_sources_and_no_problems(load: Load) -> None:
    connection = load({"empty.yaml": "", "comment.yaml": "# nothing yet\n", "null.yaml": "---\n"})
    assert (connection.sources, connection.problems) == ((), ())


def test_a_missing_directory_is_the_callers_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_connection(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"name: [orders\ntable: x\n", "yaml-syntax", "broken.yaml:2:6"),
        (b"name: a\n\ttable: x\n", "yaml-syntax", "broken.yaml:2:1"),
        (b"name: a\nname: b\n", "duplicate-key", "broken.yaml:2:1"),
        (b"name: a\ncolumns:\n- {name: x, type: y, name: z}\n", "duplicate-key", "broken.yaml:3:22"),
        (b"name: a\ndescription: caf\xe9 au lait\n", "not-utf-8", "broken.yaml:2:17"),
        (b"name: a\ntable: x\x07y\n", "yaml-syntax", "broken.yaml:2:9"),
        (b"name: a\n---\nname: b\n", "several-documents", "broken.yaml:3:1"),
        (b"name: !!python/object:os.system x\n", "yaml-tag", "broken.yaml:1:7"),
        (b"name: !ruby/object [x]\n", "yaml-tag", "broken.yaml:1:7"),
        (b"name: *nobody\n", "yaml-alias", "broken.yaml:1:7"),
        (b"name: a\ntags: &loop [x, *loop]\n", "yaml-alias", "broken.yaml:2:17"),
        (b"[a, b]: c\n", "yaml-key", "broken.yaml:1:1"),
        (b"just text\n", "wrong-shape", "broken.yaml:1:1"),
        (b"- name: a\n  table: a\n  grain: [id]\n- text\n", "wrong-shape", "broken.yaml:4:3"),
        (b"table: x\ngrain: [id]\n", "source-without-name", "broken.yaml:1:1"),
        (b"name: [a]\ntable: x\n", "source-without-name", "broken.yaml:1:1"),
    ],
)
def test_a_broken_file_is_reported_with_its_place_and_hides_nothing_else(
    load: Load, content: bytes, code: str, place: str
) -> None:
    connection = load({"broken.yaml": content, "orders.yaml": ORDERS})
    assert reported(connection) == [(code, place)]
    assert "orders" in names(connection)
    assert code in CODES


def test_every_repeated_key_of_a_file_is_reported_with_its_first_line(load: Load) -> None:
    connection = load({"twice.yaml": "name: a\nname: b\ngrain: [id]\ngrain: [id]\n"})
    assert [str(problem) for problem in connection.problems] == [
        "twice.yaml:2:1: has a key twice (first written in line 1): name",
        "twice.yaml:4:1: has a key twice (first written in line 3): grain",
    ]


def test_a_tab_in_the_indentation_is_named_as_the_cause(load: Load) -> None:
    (problem,) = load({"tab.yaml": "name: a\ncolumns:\n\t- name: x\n"}).problems
    assert problem.hint == "indent with spaces, YAML takes no tabs"


def test_nesting_without_end_is_refused_and_not_followed(load: Load) -> None:
    connection = load({"deep.yaml": "[" * 200_000, "braces.yaml": "a: " + "{a: " * 200_000, "orders.yaml": ORDERS})
    assert [code for code, _ in reported(connection)] == ["yaml-too-deep", "yaml-too-deep"]
    assert names(connection) == ["orders"]


def test_aliases_that_expand_to_billions_are_refused(load: Load) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    connection = load({"laughs.yaml": "\n".join(lines), "orders.yaml": ORDERS})
    assert [code for code, _ in reported(connection)] == ["yaml-too-many-values"]
    assert names(connection) == ["orders"]


def test_merge_keys_that_expand_to_billions_are_refused(load: Load) -> None:
    lines = ["a0: &a0 {x0: 1, y0: 2}"]
    lines += [f"a{n}: &a{n} {{x{n}: *a{n - 1}, <<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 40)]
    connection = load({"laughs.yaml": "\n".join(lines)})
    assert [code for code, _ in reported(connection)] == ["yaml-too-many-values"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes of POSIX")
def test_links_are_followed_and_what_is_no_regular_file_is_reported(load: Load, directory: Path) -> None:
    (directory.parent / "shared.txt").write_text(ORDERS)
    (directory / "orders.yaml").symlink_to(directory.parent / "shared.txt")
    (directory / "dangling.yaml").symlink_to(directory / "nowhere")
    (directory / "loop.yaml").symlink_to(directory / "loop.yaml")
    (directory / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(directory / "pipe.yaml")
    connection = load({})
    assert names(connection) == ["orders"]
    assert reported(connection) == [
        ("unreadable-file", "dangling.yaml"),
        ("unreadable-file", "loop.yaml"),
        ("unreadable-file", "pipe.yaml"),
        ("unreadable-file", "zero.yaml"),
    ]


def test_a_file_of_absurd_size_is_not_read(load: Load) -> None:
    connection = load({"huge.yaml": b"# " + b"x" * (17 * 1024 * 1024), "orders.yaml": ORDERS})
    assert reported(connection) == [("file-too-large", "huge.yaml")]
    assert names(connection) == ["orders"]


def test_one_name_in_two_files_is_an_error_that_names_both_places_and_the_first_counts(load: Load) -> None:
    connection = load({"a.yaml": ORDERS, "b.yaml": ORDERS.replace("shop.orders", "other")})
    (problem,) = connection.problems
    assert str(problem) == "b.yaml:1:7: defines a source again that a.yaml:1:1 defines: orders"
    assert [source["table"] for source in connection.sources] == ["shop.orders"]
