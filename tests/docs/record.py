"""Put what the commands print now into the pages: `python -m tests.docs.record [PAGE…]`. Then read the difference."""

import sys
import tempfile
from pathlib import Path

from ktx_runtime.registry.collect import own_catalogue
from tests.docs.page import PROMPT, before
from tests.docs.reader import Reader

PAGES = Path(__file__).parents[2] / "docs" / "semantic-layer"


def record(page: Path) -> None:
    with tempfile.TemporaryDirectory() as directory:
        reader = Reader(Path(directory), own_catalogue({}))
        for other in before(page):
            list(reader.follow(other.read_text(encoding="utf-8")))
        text = page.read_text(encoding="utf-8")
        parts, at = [], 0
        for block, seen in reader.follow(text):
            if not seen:
                continue
            body = "\n".join(f"{PROMPT}{one.command}\n{one.printed}".rstrip("\n") for one in seen)
            parts += [text[at : block.start], body, "\n"]
            at = block.end
            for one in seen:
                if one.code != one.expected_code:
                    print(f"{page.name}:{one.line}: exit {one.code}: {one.command}")
        page.write_text("".join([*parts, text[at:]]), encoding="utf-8")


if __name__ == "__main__":
    for page in [Path(name) for name in sys.argv[1:]] or sorted(PAGES.glob("*.md")):
        record(page)
