"""Whatever bytes a model's files hold, the loader answers, and the same from its cache."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_layer.loader import CODES, load_connection
from semantic_layer.validation import validate_sources
from tests.loader.conftest import ORDERS
from tests.loader.test_shards import SHARD

FRAGMENTS = st.sampled_from(
    [
        "name: orders\n", "table: t\n", "sql: |\n  select 1\n", "- ", "  ", "\t", "columns:\n", "- {name: id}\n", "&a ",
        "*a ", "<<: *a\n", "? ", "[", "]", "{", "}", "---\n", "...\n", "!!binary ", "!x ", "'", '"', "\\u0000", "# c\n",
        "tables:\n", "exclude_columns: [id]\n", "column_overrides:\n", "disable_joins: [x]\n", "\r\n", "\u2028", "\x00",
        "orders: {table: t, columns: [{name: a, type: int}]}\n", "grain: [id]\n", "on: yes\n", ": ", ">-\n", "\ufeff",
    ]
)  # fmt: skip
SPOILT = st.builds(
    lambda text, at, with_: text[:at] + with_ + text[at:],
    st.sampled_from([ORDERS, SHARD]),
    st.integers(0, 200),
    FRAGMENTS,
)
TEXTS = SPOILT | st.lists(FRAGMENTS, max_size=12).map("".join) | st.text(max_size=30)
CONTENTS = TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["a.yaml", "b.yml", "_schema/s.yaml", "_schema/t.yaml"]), CONTENTS, max_size=3))
def test_whatever_the_files_hold_the_loader_answers(contents: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        directory, cache = Path(temporary, "model"), Path(temporary, "cache")
        (directory / "_schema").mkdir(parents=True)
        for name, content in contents.items():
            (directory / name).write_bytes(content)
        first = load_connection(directory, cache_directory=cache)
        second = load_connection(directory, cache_directory=cache)
        assert (first.sources, first.problems) == (second.sources, second.problems)
        assert {problem.code for problem in first.problems} <= CODES.keys()
        assert all(problem.file in contents for problem in first.problems)
        for found in validate_sources(first.sources).diagnostics:
            assert found.source is None or first.locate(found.source, found.path, line=found.line, column=found.column)
