"""Which directory is the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from ktx_core.project import ProjectError, locate_project


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    for name in ("one", "two", "two/inner"):
        (tmp_path / name / "deep" / "down").mkdir(parents=True)
        (tmp_path / name / "ktx.yaml").write_text("connections: {}\n")
    return tmp_path


def test_the_option_wins_over_the_environment_and_the_parents(projects):
    found = locate_project("one", working_directory=projects, environment={"KTX_PROJECT_DIR": str(projects / "two")})
    assert (found.directory, found.origin) == (projects / "one", "--project-dir")


def test_the_environment_wins_over_the_parents(projects):
    found = locate_project(
        None, working_directory=projects / "two", environment={"KTX_PROJECT_DIR": str(projects / "one")}
    )
    assert (found.directory, found.origin) == (projects / "one", "KTX_PROJECT_DIR")


def test_the_nearest_parent_is_taken_last(projects):
    found = locate_project(None, working_directory=projects / "two" / "inner" / "deep", environment={})
    assert (found.directory, found.origin) == (projects / "two" / "inner", "parent")


def test_a_named_directory_is_not_left_for_its_parent(projects):
    with pytest.raises(ProjectError) as refused:
        locate_project("one/deep", working_directory=projects, environment={})
    assert refused.value.code == "project-not-found"


def test_no_project_at_all_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match=r"no ktx\.yaml here or in any parent directory") as refused:
        locate_project(None, working_directory=tmp_path, environment={})
    assert "ktx setup demo" in (refused.value.hint or "")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_no_directory_can_have_is_not_found(tmp_path, name):
    with pytest.raises(ProjectError):
        locate_project(name, working_directory=tmp_path, environment={})
