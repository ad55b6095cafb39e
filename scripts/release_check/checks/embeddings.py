"""The large features: they compute vectors on this machine."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from scripts.release_check.bench import Bench
from scripts.release_check.check import CheckSkipped, require


def local_embeddings(bench: Bench) -> str:
    """Installed when they are asked for by name, and vectors mean something: near texts lie near each other."""
    if not bench.subject.with_embeddings:
        raise CheckSkipped("downloads hundreds of megabytes: --with-embeddings")
    machine = bench.equipped("embeddings")
    machine.ktx("setup", "local-embeddings", "--yes")
    features = {row["name"] for row in machine.ktx("runtime", "status", "--json").json()["features"]}
    require({"core", "local-embeddings"} <= features, f"installed are {sorted(features)}")
    asked = json.dumps({"texts": ["the ship sails in a gale", "a boat in a storm", "quarterly tax returns"]})
    answer = machine.ktx("call", "embedding-compute-bulk", stdin=asked).json()
    ship, boat, taxes = answer["embeddings"]
    near, far = _cosine(ship, boat), _cosine(ship, taxes)
    require(near > far + 0.2, f"a boat is as far from a ship ({near:.2f}) as taxes are ({far:.2f})")
    return f"{len(ship)} dimensions; cosine of near texts {near:.2f}, of others {far:.2f}"


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
