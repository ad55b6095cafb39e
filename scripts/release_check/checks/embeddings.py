"""The large feature."""

from __future__ import annotations

from scripts.release_check.bench import Bench
from scripts.release_check.check import CheckSkipped, require


def local_embeddings(bench: Bench) -> str:
    """Installed when it is asked for by name, beside what is there."""
    if not bench.subject.with_embeddings:
        raise CheckSkipped("downloads hundreds of megabytes: --with-embeddings")
    machine = bench.equipped("embeddings")
    machine.ktx("runtime", "install", "--feature", "local-embeddings", "--yes")
    features = [row["name"] for row in machine.ktx("runtime", "status", "--json").json()["features"]]
    require(sorted(features) == ["core", "local-embeddings"], f"installed are {features}")
    return "installed"
