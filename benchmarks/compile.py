"""How long compiling takes once the model is known, against sqlglot reading and writing the same SQL.

    python benchmarks/compile.py [--queries 200] [--rounds 7]

Every query asks two facts by two shared dimensions, and each has a filter of its own, so none was compiled before. The
floor reads the SQL that comes out into a tree and writes it again. Times are processor time. Exits 1 when a bound is
broken.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import count

import sqlglot
from figures import Figure, computed, in_turn, percentile, report, settle

from semantic_layer import Model, compile_query

Source = dict[str, object]
FACTS_IN_TEN = 4
DIALECT = "postgres"
PAIRS = 70
"""After so many queries every pair of facts was asked once, so what a model keeps is there."""


def model(size: int) -> list[Source]:
    """Facts with ten measures and three joins, dimensions with ten columns; six dimensions for four facts."""
    dimensions = [f"dimension_{number}" for number in range(size - size * FACTS_IN_TEN // 10)]
    facts = [fact(number, dimensions) for number in range(size - len(dimensions))]
    return [dimension(name) for name in dimensions] + facts


def dimension(name: str) -> Source:
    columns = [{"name": f"attribute_{n}", "type": "string", "description": f"what {n} says"} for n in range(9)]
    return {"name": name, "table": name, "grain": ["id"], "columns": [{"name": "id", "type": "number"}, *columns]}


def fact(number: int, dimensions: Sequence[str]) -> Source:
    """The first three dimensions are shared by all; three more are this fact's."""
    joined = [*dimensions[:3], *(dimensions[3 + (number * 3 + n) % (len(dimensions) - 3)] for n in range(3))]
    keys = [{"name": f"{name}_id", "type": "number"} for name in joined]
    amounts = [{"name": f"amount_{n}", "type": "number", "description": f"amount {n}"} for n in range(10)]
    return {
        "name": f"fact_{number}",
        "table": f"fact_{number}",
        "grain": ["id"],
        "columns": [{"name": "id", "type": "number"}, *keys, *amounts],
        "joins": [{"to": name, "on": f"{name}_id = {name}.id", "relationship": "many_to_one"} for name in joined],
        "measures": [{"name": f"total_{n}", "expr": f"sum(amount_{n})"} for n in range(10)],
    }


def queries() -> Iterator[Source]:
    """Two facts each, no two alike."""
    for number in count():
        one, other = number % 10, 10 + number % 7
        yield {
            "measures": [f"fact_{one}.total_{number % 5}", f"fact_{other}.total_{number % 3}"],
            "dimensions": ["dimension_0.attribute_1", "dimension_1.attribute_2"],
            "filters": [f"dimension_2.attribute_3 <> 'value {number}'"],
        }


def compile_once(sources: list[Source] | Model, query: Source) -> str:
    return compile_query(sources, query, dialect=DIALECT).sql


def regenerate(sql: str) -> None:
    sqlglot.parse_one(sql, dialect=DIALECT).sql(dialect=DIALECT)


def figures(number: int, rounds: int) -> Iterator[Figure]:
    """Models as mappings, which are compared with what is known, and as `Model`, which is not."""
    mappings = model(90)
    small, large, large_mappings = Model(mappings), Model(model(2000)), model(2000)
    asked = queries()
    for _ in range(PAIRS):
        query = next(asked)
        for sources in (mappings, small, large, large_mappings):
            compile_once(sources, query)
    settle()
    times: dict[str, list[float]] = {"floor": [], "mappings": [], "small": [], "large": [], "large mappings": []}
    for _ in range(number):
        query = next(asked)
        times["mappings"].append(computed(lambda query=query: compile_once(mappings, query)))
        sql = compile_once(mappings, query)
        times["floor"].append(computed(lambda sql=sql: regenerate(sql)))
        times["small"].append(computed(lambda query=query: compile_once(small, query)))
        times["large"].append(computed(lambda query=query: compile_once(large, query)))
        times["large mappings"].append(computed(lambda query=query: compile_once(large_mappings, query)))
    median = {name: statistics.median(values) for name, values in times.items()}
    yield Figure("sqlglot reads and writes the SQL, p50 in ms", median["floor"] * 1e3)
    yield Figure("a two-fact query over 90 sources, p50 in ms", median["mappings"] * 1e3)
    yield Figure("  p50 / sqlglot's p50", median["mappings"] / median["floor"], 1.2)
    yield Figure("  p95 / sqlglot's p50", percentile(times["mappings"], 0.95) / median["floor"], 2)
    yield Figure("  over 2,000 sources / over 90, both held as Model", median["large"] / median["small"], 2)
    yield Figure("  over 2,000 sources / over 90, both as mappings", median["large mappings"] / median["mappings"])
    query = next(asked)
    (again,) = in_turn([lambda: computed(lambda: compile_once(mappings, query))], rounds * 20)
    yield Figure("the same query again, ms", statistics.median(again) * 1e3, 0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    return report(figures(arguments.queries, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
