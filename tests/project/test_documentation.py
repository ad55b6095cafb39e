"""What docs/reference says is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ktx_core.project import read_project

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def _blocks(page: str, language: str) -> list[str]:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_documented_project_file_is_read(tmp_path):
    (block,) = _blocks("project.md", "yaml")
    (tmp_path / "ktx.yaml").write_text(block)
    project = read_project(tmp_path / "ktx.yaml")
    assert [entry.id for entry in project.connections] == ["shop", "warehouse"]
    assert project.connections[1].settings["schemas"].text == "public,sales"


def test_the_documented_answers_are_json():
    assert [json.loads(block)["ok"] for block in _blocks("answers.md", "json")] == [True, False]
