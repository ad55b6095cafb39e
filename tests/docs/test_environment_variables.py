"""The page on environment variables names what the sources read, and nothing else."""

import re

from scripts.release.build import CHECKOUT
from scripts.release.git import tracked_files

PAGE = CHECKOUT / "docs" / "reference" / "environment.md"
SOURCES = ("ktx_runtime/", "features/", "npm/src/", "plugins/")
_NAME = re.compile(r"(?<![A-Z_])KTX_[A-Z0-9_]*[A-Z0-9]")


def test_every_variable_of_the_sources_is_on_the_page_and_no_other():
    texts = (
        (CHECKOUT / file).read_text("utf-8")
        for file in tracked_files(CHECKOUT)
        if file.suffix in {".py", ".ts"}
        and file.as_posix().startswith(SOURCES)
        and not {"tests", "testing"} & set(file.parts)
    )
    used = {name for text in texts for name in _NAME.findall(text)}
    assert set(_NAME.findall(PAGE.read_text("utf-8"))) == used
