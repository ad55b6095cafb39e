"""`ktx.yaml`: what it may say, and how it is told where it is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from ktx_core.project import Project, ProjectError, read_project, resolve_connection


@pytest.fixture
def project(tmp_path: Path):
    def write(text: str) -> Path:
        file = tmp_path / "ktx.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_connections_are_read_in_the_order_of_the_file(project):
    read = read_project(project("connections:\n  b: {driver: sqlite, path: x.db}\n  a: {driver: duckdb}\n"))
    assert [(entry.id, entry.driver) for entry in read.connections] == [("b", "sqlite"), ("a", "duckdb")]


def test_numbers_booleans_and_lists_reach_the_driver_as_text(project):
    read = read_project(
        project("connections:\n  a:\n    driver: x\n    port: 5432\n    ssl: true\n    schemas: [one, two]\n")
    )
    settings = read.connections[0].settings
    assert {key: setting.text for key, setting in settings.items()} == {
        "port": "5432",
        "ssl": "true",
        "schemas": "one,two",
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "connections:\n", "connections: {}\n", "name: shop\nversion: 1\n"])
def test_a_project_without_connections_is_one(project, text):
    assert read_project(project(text)).connections == ()


@pytest.mark.parametrize(
    ("text", "place", "said", "hint"),
    [
        ("conections: {}\n", "1:1", "the file has an unknown key: conections", "did you mean connections?"),
        ("connections:\n  a:\n    drivr: sqlite\n", "3:12", "unknown key: drivr", "did you mean driver?"),
        ("connections:\n  a:\n    driver: sqlite\n    paht: x\n", "4:11", "unknown key: paht", "did you mean path?"),
        ("connections:\n  a:\n    path: x\n", "3:5", "connection a names no driver", "driver: sqlite"),
        ("connections: [a]\n", "1:14", "connections is not a mapping", ""),
        ("connections:\n  a: sqlite\n", "2:6", "connection a is not a mapping", ""),
        ("connections:\n  a: {driver: }\n", "2:15", "a text is expected here", ""),
        ("connections:\n  a: {driver: x}\n  a: {driver: y}\n", "3:3", "connections has a key twice: a", ""),
        ("version: 2\n", "1:10", "version is not 1: 2", ""),
        ("connections:\n  a: {driver: x\n", "3:1", "not valid YAML", ""),
        ("connections:\n\t a: 1\n", "2:1", "not valid YAML", ""),
        ("- a\n", "1:1", "the file is not a mapping", ""),
        ("a: &x [*x]\n", "1:1", "the file has an unknown key: a", ""),
    ],
)
def test_a_mistake_is_told_with_file_line_and_column(project, text, place, said, hint):
    file = project(text)
    with pytest.raises(ProjectError) as refused:
        read_project(file)
    assert refused.value.message.startswith(f"{file}:{place}: ")
    assert said in refused.value.message
    assert hint in (refused.value.hint or "")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "ktx.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError, match="not UTF-8 text"):
        read_project(file)


def test_a_tag_cannot_make_an_object(project):
    with pytest.raises(ProjectError):
        read_project(project("connections: !!python/object/apply:os.system ['true']\n"))


TWO = "connections:\n  shop: {driver: sqlite, path: s.db}\n  lake: {driver: duckdb, path: l.db}\n"


def test_the_only_connection_needs_no_name(project):
    read = read_project(project("connections:\n  shop: {driver: sqlite, path: s.db}\n"))
    assert read.connection(None).id == "shop"


def test_with_several_connections_one_must_be_named(project):
    with pytest.raises(ProjectError) as refused:
        read_project(project(TWO)).connection(None)
    assert (refused.value.code, refused.value.hint) == ("connection-needed", "add: --connection-id shop")


def test_an_unknown_connection_is_met_with_near_names(project):
    with pytest.raises(ProjectError) as refused:
        read_project(project(TWO)).connection("shp")
    assert (refused.value.code, refused.value.hint) == ("connection-unknown", "did you mean shop?")


def _settings(read: Project, **environment: str) -> dict[str, str]:
    return dict(resolve_connection(read, read.connections[0], environment=environment).settings)


def test_references_to_the_environment_and_to_files_are_followed(project, tmp_path):
    (tmp_path / "password.txt").write_text("pässword\n", encoding="utf-8")
    read = read_project(project("connections:\n  a: {driver: x, url: 'env:URL', password: 'file:password.txt'}\n"))
    assert _settings(read, URL="postgres://db") == {"url": "postgres://db", "password": "pässword"}


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NOBODY", "2:23: url of connection a: the environment variable NOBODY is not set"),
        ("file:nothing", "url of connection a: cannot read"),
        ("file:.", "url of connection a: cannot read"),
    ],
)
def test_a_reference_to_nothing_is_told_with_its_place(project, reference, said):
    read = read_project(project(f"connections:\n  a: {{driver: x, url: '{reference}'}}\n"))
    with pytest.raises(ProjectError) as refused:
        _settings(read)
    assert refused.value.code == "secret-missing"
    assert said in refused.value.message


def test_a_secret_does_not_show_in_a_repr(project):
    read = read_project(project("connections:\n  a: {driver: x, url: 'postgres://ann:s3cret@db'}\n"))
    resolved = resolve_connection(read, read.connections[0], environment={})
    assert "s3cret" not in repr(read) + repr(resolved)
