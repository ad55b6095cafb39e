"""Paths inside a source as text: `columns[2].expr`. The spelling of `errors.Where.field`, both ways."""

import re

from semantic_layer.loader.nodes import Path, PathStep

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def parse_path(text: str) -> Path:
    """The steps of `text`. Keys that themselves hold dots or brackets come apart; a lookup then stops above them."""
    steps: list[PathStep] = []
    for index, key in _STEP.findall(text):
        steps.append(int(index) if index else key)
    return tuple(steps)


def format_path(path: Path) -> str:
    """`path` as text."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
