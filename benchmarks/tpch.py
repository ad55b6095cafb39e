"""Ten of TPC-H's questions in DuckDB: the SQL that is compiled against the SQL written by hand, in turn.

    python benchmarks/tpch.py [--scale 1] [--rounds 5] [--all] [--data DIR]

Needs the dependency group `test`. The data (scale 1: 6 million lines) are made in a temporary directory, or kept in DIR
for the next run. Times are processor time. Exits 1 when the median of the ten ratios breaks its bound.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
from figures import Figure, computed, interleaved, report

from semantic_layer import compile_query

sys.path.append(str(Path(__file__).parents[1]))  # the questions live with their tests, which are not installed

from tests.tpch import data
from tests.tpch.questions import QUESTIONS, Question

TEN = (1, 3, 4, 5, 6, 7, 9, 10, 12, 14)
"""Those whose hand-written form is the obvious one: joins, filters and groups."""


def prepared(directory: Path, scale: float) -> duckdb.DuckDBPyConnection:
    """The tables in memory; the files are made if they are not there."""
    if not (directory / "lineitem.parquet").exists():
        data.make(directory, scale)
    return data.load(directory)


def figures(connection: duckdb.DuckDBPyConnection, questions: Sequence[Question], rounds: int) -> Iterator[Figure]:
    """A ratio for each question, then their median."""
    model = data.sources()
    ratios = {}
    for question in questions:
        sql = compile_query(model, question.query(), dialect="duckdb").sql
        ours, by_hand = interleaved(
            lambda sql=sql: computed(lambda: connection.execute(sql).fetchall()),
            lambda sql=question.sql: computed(lambda: connection.execute(sql).fetchall()),
            rounds,
        )
        ratios[question.number] = ours / by_hand
        said = f"{question.number:2} {question.words}"
        yield Figure(f"{said[:46]:<46} {ours * 1e3:6.0f} / {by_hand * 1e3:6.0f} ms", ours / by_hand)
    yield Figure("median of the ten", statistics.median(ratios[number] for number in TEN), 1.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="every question, the median still of the ten")
    parser.add_argument("--data", type=Path, help="a directory to keep the Parquet files in")
    arguments = parser.parse_args()
    questions = [question for question in QUESTIONS if arguments.all or question.number in TEN]
    with tempfile.TemporaryDirectory() as temporary:
        directory = arguments.data or Path(temporary)
        with prepared(directory, arguments.scale) as connection:
            return report(figures(connection, questions, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
