"""Embeddings through the daemon, against sentence-transformers called in the same environment, in turn.

    python benchmarks/embeddings.py PYTHON [--backend sentence-transformers] [--texts 400] [--rounds 3]

PYTHON is the interpreter of a generation with `local-embeddings` (`ktx runtime status` shows it), and for `--backend
onnx` with `onnx-embeddings` as well. Prints ratios of times: the bound is the largest that keeps the promise. Clients
keep their connections. Each precision is measured by itself; what is promised of ONNX in bulk is promised of int8,
since float32 takes longer for the matrices alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from figures import Figure, report, timed

from ktx_runtime.daemon.judgement import Wanted
from ktx_runtime.daemon.record import DaemonRecord
from ktx_runtime.daemon.spawn import DaemonProgram
from ktx_runtime.daemon.supervisor import DaemonPaths, ensure_daemon, stop_running
from ktx_runtime.version import VERSION

CLIENTS, BULK_CLIENTS, BULK, SINGLES = 32, 3, 100, 40
BATCH_SIZES = (8, 16, 32, 64)
FIRST_BOUND: dict[str, float | None] = {"sentence-transformers": None, "onnx": 1.0}
BULK_BOUND: dict[str, dict[str, float | None]] = {
    "sentence-transformers": {"auto": 1.0, "float32": 1.0},
    "onnx": {"float32": None, "int8": 1 / 1.7},
}
"""By backend and precision."""

PEER = """
import json, sys, time
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
model.encode(["x"])
print("ready", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    began = time.perf_counter()
    if asked["one_by_one"]:
        for text in asked["texts"]:
            model.encode([text])
    else:
        model.encode(asked["texts"], batch_size=asked["batch_size"])
    print(time.perf_counter() - began, flush=True)
"""


class Peer:
    """sentence-transformers in a process of its own, in the same environment; times are its own."""

    def __init__(self, python: Path, model: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-I", "-c", PEER, model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._line()

    def seconds(self, texts: Sequence[str], *, batch_size: int = 32, one_by_one: bool = False) -> float:
        asked = {"texts": list(texts), "batch_size": batch_size, "one_by_one": one_by_one}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class Client:
    """One connection to the daemon, kept."""

    def __init__(self, record: DaemonRecord) -> None:
        self._connection = http.client.HTTPConnection(record.host, record.port, timeout=600)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {record.token}"}

    def ask(self, path: str, body: object) -> None:
        self._connection.request("POST", path, body=json.dumps(body), headers=self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        assert response.status == 200, answer

    def close(self) -> None:
        self._connection.close()


class Clients:
    """Several that ask at once; each takes the next request when it has its answer."""

    def __init__(self, record: DaemonRecord, count: int) -> None:
        self._clients = [Client(record) for _ in range(count)]
        self._pool = ThreadPoolExecutor(count)

    def ask_all(self, path: str, bodies: Sequence[object]) -> None:
        waiting = iter(bodies)
        lock = threading.Lock()

        def work(client: Client) -> None:
            while True:
                with lock:
                    body = next(waiting, None)
                if body is None:
                    return
                client.ask(path, body)

        list(self._pool.map(work, self._clients))

    def close(self) -> None:
        self._pool.shutdown()
        for client in self._clients:
            client.close()


def varied(count: int) -> list[str]:
    rng = random.Random(3)  # noqa: S311 - texts, not secrets
    words = ("revenue", "orders", "customer", "monthly", "growth", "refund", "country", "product", "region", "total")
    lengths = [rng.choice((3, 5, 8, 12, 20, 40, 80)) for _ in range(count)]
    return [" ".join(rng.choice(words) for _ in range(length)) for length in lengths]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("python", type=Path)
    parser.add_argument("--backend", default="sentence-transformers", choices=sorted(BULK_BOUND))
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    model = options.python.parents[5] / "models" / "all-MiniLM-L6-v2"
    with closing(Peer(options.python, model)) as peer:
        texts = varied(options.texts)
        best = min(BATCH_SIZES, key=lambda size: peer.seconds(texts, batch_size=size))
        return max([measured(peer, best, precision, options) for precision in BULK_BOUND[options.backend]])


def measured(peer: Peer, best: int, precision: str, options: argparse.Namespace) -> int:
    """Start a daemon, measure it, stop it."""
    with tempfile.TemporaryDirectory() as name:
        paths = DaemonPaths(Path(name), Path(name) / "logs")
        words = ("-I", "-m", "ktx_daemon", "serve-http", "--port", "0")
        began = time.perf_counter()
        running = ensure_daemon(
            paths,
            DaemonProgram(options.python, words, Path(name), VERSION),
            Wanted(VERSION, options.python.parents[2].name, frozenset({"embeddings"})),
            environment={
                **os.environ,
                "KTX_EMBEDDING_BACKEND": options.backend,
                "KTX_EMBEDDING_PRECISION": precision,
            },
            now=lambda: datetime.now(UTC).isoformat(),
        )
        try:
            with closing(Client(running.record)) as client:
                client.ask("/embeddings/compute", {"text": "x"})
                first = time.perf_counter() - began
            print(f"{options.backend}, {precision}")
            bound = FIRST_BOUND[options.backend]
            figures = compared(running.record, peer, best, BULK_BOUND[options.backend][precision], options)
            return report([Figure("first vector, daemon's start included, seconds", first, bound), *figures])
        finally:
            stop_running(paths, now=lambda: "")


def compared(
    record: DaemonRecord, peer: Peer, best: int, bulk_bound: float | None, options: argparse.Namespace
) -> list[Figure]:
    """The daemon beside the peer, in turn, each at its best."""
    texts, singles = varied(options.texts), varied(SINGLES)
    parts = [{"texts": texts[at : at + BULK]} for at in range(0, len(texts), BULK)]
    each, single = [{"text": text} for text in texts], [{"text": text} for text in singles]
    with (
        closing(Clients(record, 1)) as one,
        closing(Clients(record, BULK_CLIENTS)) as few,
        closing(Clients(record, CLIENTS)) as crowd,
    ):
        sides: dict[str, Callable[[], float]] = {
            "peer": lambda: peer.seconds(texts, batch_size=best),
            "bulk": lambda: timed(lambda: few.ask_all("/embeddings/compute-bulk", parts)),
            "crowd": lambda: timed(lambda: crowd.ask_all("/embeddings/compute", each)),
            "peer singles": lambda: peer.seconds(singles, one_by_one=True),
            "singles": lambda: timed(lambda: one.ask_all("/embeddings/compute", single)),
        }
        least = dict.fromkeys(sides, float("inf"))
        for _ in range(options.rounds):
            for side, action in sides.items():
                least[side] = min(least[side], action())
    return [
        Figure(f"bulk / sentence-transformers (batch size {best})", least["bulk"] / least["peer"], bulk_bound),
        Figure(f"{CLIENTS} clients with single texts / bulk", least["crowd"] / least["bulk"], 1 / 0.7),
        Figure("single text / in-process", least["singles"] / least["peer singles"], 1.2),
        Figure("sentence-transformers, texts a second", len(texts) / least["peer"]),
        Figure("bulk, texts a second", len(texts) / least["bulk"]),
    ]


if __name__ == "__main__":
    sys.exit(main())
