"""The README and the how-to guides: whoever does what they say sees what they show."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.release.build import CHECKOUT
from tests.docs.session import Shell, mismatches, shims
from tests.embeddings.hub import Hub, model_hub
from tests.npm.conftest import tarball, unpacked  # noqa: F401 - fixtures
from tests.npm.package import UV, Launcher, make_place, path_with, python_directory
from tests.support.model import real_model

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs" / "how-to").glob("*.md"))]
DOCUMENTATION = [*(CHECKOUT / "docs").rglob("*.md"), CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md"]


@pytest.fixture
def machine(tarball: Path, unpacked: Path, tmp_path: Path) -> Launcher:  # noqa: F811
    tools = shims(tmp_path / "tools", tarball=tarball, package=unpacked)
    path = path_with(tools, python_directory(tmp_path / "python"))
    machine = Launcher(package=unpacked, place=make_place(tmp_path / "machine"), path=path)
    wheels = str(unpacked / "assets")
    return machine.having(
        KTX_UV=str(UV),
        npm_config_cache=str(tmp_path / "npm-cache"),
        npm_config_update_notifier="false",
        PIP_FIND_LINKS=f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        UV_FIND_LINKS=wheels,
        UV_TOOL_DIR=str(tmp_path / "uv-tools"),
    )


# What the guide to life without npm does is done by tests/npm/test_without_npm.py in every run.
SLOW = {"python"}


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem, marks=[pytest.mark.deep] * (page.stem in SLOW)) for page in PAGES]
)
def test_every_command_prints_what_the_page_shows(page: Path, machine: Launcher) -> None:
    try:
        with Shell(machine) as shell:
            wrong = mismatches(page.read_text("utf-8"), shell)
    finally:
        machine.run("runtime", "stop", "--all")
    assert not wrong, "\n\n".join(map(str, wrong))


PLUGINS = CHECKOUT / "plugins"
FOLLOWED_PLUGINS = ("ktx-duckdb", "ktx-lookml", "ktx-mcp", "ktx-onnx-embeddings", "ktx-postgres")
ENDLESS = "ktx mcp --http"
"""Runs until it is stopped; the tests of ktx-mcp start it in every way."""


@pytest.fixture(scope="module")
def hub(pytestconfig: pytest.Config) -> Iterator[Hub]:
    """A hub with the real model."""
    with model_hub(Hub(real_model(pytestconfig.cache.mkdir("ktx-embeddings")))) as hub:
        yield hub


@pytest.mark.deep
@pytest.mark.parametrize("plugin", FOLLOWED_PLUGINS)
def test_what_the_page_of_a_plugin_says_can_be_done(plugin: str, machine: Launcher, tmp_path: Path, hub: Hub) -> None:
    """With the plugin as its distribution, found as one in an index would be."""
    build = [str(UV), "build", "--quiet", "--wheel", "--out-dir", str(tmp_path / "wheels"), str(PLUGINS / plugin)]
    subprocess.run(build, check=True)
    links = f"{machine.variables['UV_FIND_LINKS']},{tmp_path / 'wheels'}"
    text = (PLUGINS / plugin / "README.md").read_text("utf-8")
    kept = re.sub(rf"^\$ {ENDLESS}.*?(?=^```$)", "", text, flags=re.MULTILINE | re.DOTALL)
    try:
        with Shell(machine.having(UV_FIND_LINKS=links, HF_ENDPOINT=hub.url)) as shell:
            wrong = mismatches(kept, shell)
    finally:
        machine.run("runtime", "stop", "--all")
    assert not wrong, "\n\n".join(map(str, wrong))


NOT_FOLLOWED = {
    "docs/embeddings.md": "a model that cannot be had everywhere",
    "docs/reference/scan.md": "a PostgreSQL server with two tables; tests/scan does the same on SQLite",
}


def test_every_page_with_commands_is_followed_by_a_test() -> None:
    """Here; those on the semantic layer in test_pages.py, the tutorial on plugins in tests/authors."""
    elsewhere = [*(CHECKOUT / "docs" / "semantic-layer").glob("*.md"), CHECKOUT / "docs/tutorials/write-a-plugin.md"]
    plugins = [PLUGINS / name / "README.md" for name in FOLLOWED_PLUGINS]
    followed = {page.relative_to(CHECKOUT).as_posix() for page in (*PAGES, *elsewhere, *plugins)}
    pages = [*DOCUMENTATION, *PLUGINS.glob("*/README.md")]
    shown = {page.relative_to(CHECKOUT).as_posix() for page in pages if "```console" in page.read_text("utf-8")}
    assert shown - followed == set(NOT_FOLLOWED)


def test_a_page_that_is_wrong_is_noticed(machine: Launcher) -> None:
    right = "$ echo one two\none …\n$ printf 'a\\nb\\nc\\n'\na\n…\n$ false\n[exit 1]\n"
    page = f"```console\n{right}$ echo three\nfour\n$ false\n```\n"
    with Shell(machine) as shell:
        wrong = mismatches(page, shell)
    assert [(one.command, one.printed) for one in wrong] == [("echo three", "three\n[exit 0]"), ("false", "\n[exit 1]")]


def test_a_guide_that_installs_runs_the_tarball_and_nothing_published(machine: Launcher) -> None:
    with Shell(machine) as shell:
        printed, code = shell.run("npm install @kaelio/ktx && npx ktx --version && npx @kaelio/ktx --version")
    assert code == 0, printed
    assert printed.count("ktx ") >= 2


@pytest.mark.parametrize("page", DOCUMENTATION, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", text):
        assert (page.parent / target).exists(), target


def test_every_page_is_reached_from_the_first() -> None:
    seen: set[Path] = set()
    waiting = [CHECKOUT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        waiting += [(page.parent / link).resolve() for link in links if (page.parent / link).exists()]
    pages = {page for page in (CHECKOUT / "docs").rglob("*.md") if page.parent.name != "adr"}
    assert pages - seen == set()
