"""Paths inside a source as text: `columns[2].expr`. The spelling of `errors.Where.field`."""

import re

from semantic_layer.loader.nodes import Path, PathStep

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def parse_path(text: str) -> Path:
    """The steps of `text`. Keys that themselves hold dots or brackets come apart; a lookup then stops above them."""
    steps: list[PathStep] = []
    for index, key in _STEP.findall(text):
        steps.append(int(index) if index else key)
    return tuple(steps)
