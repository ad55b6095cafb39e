"""`ktx embed`: the words, and the loop that keeps the model busy while it reads and writes."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ktx_embeddings.embed.formats import demand_format, finish, json_line
from ktx_embeddings.embed.progress import Progress
from ktx_embeddings.embed.source import LineSource, Position, file_source, words_source
from ktx_embeddings.embed.spool import Spool
from ktx_embeddings.engine import Engine
from ktx_embeddings.engines import engines
from ktx_runtime.api import CommandParser, Invocation, KtxError, Namespace, UsageError, success_envelope

CHUNK_TEXTS = 256
CHUNKS_AHEAD = 3
"""So many chunks are in the queue: the model never waits for the disk, and memory stays what it is."""

STEP_SECONDS = 0.1
FORMATS = ("json", "npy", "parquet")


@dataclass(frozen=True, slots=True)
class Computed:
    """The vectors of one chunk, and how far the source was read with it."""

    texts: list[str]
    vectors: NDArray[np.float32]
    model: str
    position: Position


def run(invocation: Invocation) -> int:
    """Embed what the words say."""
    parser = CommandParser(
        invocation,
        "embed",
        summary="turn texts into vectors",
        description=(
            "Texts are words of the command line, or the lines of a file (.jsonl and .ndjson: JSON). Vectors go to "
            "stdout, one JSON object a line, or with --output to a file. What was computed for a file is kept when the "
            "command is interrupted, or the machine is: the same command goes on from there."
        ),
        examples=(
            ("embed 'revenue by country'", "One vector:"),
            ("embed --file texts.txt --output vectors.npy", "A file with one text a line to a NumPy array:"),
            ("embed --file - <texts.txt", "The same from stdin, to stdout:"),
        ),
    )
    parser.add_argument("texts", metavar="TEXT", nargs="*", help="what to embed")
    parser.add_argument("--file", metavar="FILE", help="embed the lines of a file; - is stdin")
    parser.add_argument("--field", metavar="NAME", help="lines are JSON objects with the text in this key")
    parser.add_argument("--output", metavar="FILE", help="write the vectors to a file")
    parser.add_argument(
        "--format", choices=FORMATS, help="of the output (default: what its name ends with, else json, one line a text)"
    )
    parser.add_argument("--force", action="store_true", help="replace an output that is there, and begin anew")
    parser.add_argument("--json", action="store_true", help="one JSON object with all vectors, or about the output")
    parser.add_argument("--yes", action="store_true", help="install what is missing without asking")
    parser.add_argument("--no-input", action="store_true", help="never ask; end with 4 where an answer is needed")
    parser.set_defaults(run=_embed)
    return parser.dispatch()


def _embed(invocation: Invocation, options: Namespace) -> int:
    if bool(options.texts) == (options.file is not None):
        raise UsageError("either texts or --file is wanted", hint=f"run: {invocation.program} embed --help")
    if options.output is None and options.format in {"npy", "parquet"}:
        raise UsageError(f"{options.format} is for files", hint=f"add --output vectors.{options.format}")
    with _source(invocation, options) as source:
        if options.output is None:
            return _to_stdout(source, invocation, options)
        return _to_file(source, invocation, options)


@contextmanager
def _source(invocation: Invocation, options: Namespace) -> Iterator[LineSource]:
    if options.file is None:
        yield words_source(options.texts)
    elif options.file == "-":
        with _stdin(invocation) as source:
            source.field_name = options.field
            yield source
    else:
        source = file_source(invocation.working_directory / options.file, options.field)
        with source.stream:
            yield source


@contextmanager
def _stdin(invocation: Invocation) -> Iterator[LineSource]:
    """Stdin, on disk: it is read twice where the output holds the texts."""
    with tempfile.TemporaryFile() as spool:
        while piece := invocation.stdin.read(1 << 20):
            spool.write(piece.encode("utf-8", "surrogateescape"))
        size = spool.tell()
        spool.seek(0)
        yield LineSource("stdin", spool, size)


def _to_stdout(source: LineSource, invocation: Invocation, options: Namespace) -> int:
    kept: list[list[float]] = []
    model, index = "", 0
    for computed in _computed(source, invocation, quiet=bool(options.texts)):
        model = computed.model
        for text, vector in zip(computed.texts, computed.vectors, strict=True):
            if options.json:
                kept.append(vector.tolist())
            else:
                invocation.stdout.write(json_line(index, text, vector))
            index += 1
    if options.json:
        record = {"model": model, "dimensions": len(kept[0]) if kept else None, "embeddings": kept}
        invocation.stdout.write(success_envelope("embed", record))
    return 0


def _to_file(source: LineSource, invocation: Invocation, options: Namespace) -> int:
    output = invocation.working_directory / options.output
    name = options.format or (output.suffix[1:] if output.suffix[1:] in FORMATS else "json")
    demand_format(name, invocation.program)
    if output.is_dir() or (output.exists() and not options.force):
        raise UsageError(f"it is there already: {output}", code="output-exists", hint="add --force to replace it")
    spool = Spool(output)
    try:
        if options.force:
            spool.forget()
        spool.resume(source)
        _fill(spool, source, invocation)
        if not spool.rows:
            raise KtxError(f"there is no text in {source.name}", code="no-texts")
        finish(spool, source, name)
    except OSError as error:
        raise KtxError(
            f"cannot write {error.filename or output}: {error.strerror}",
            code="output-not-writable",
            hint="mend that, and run the same command again: it goes on from there",
        ) from error
    finally:
        spool.close()
    return _told(spool, invocation, options, name)


def _fill(spool: Spool, source: LineSource, invocation: Invocation) -> None:
    if spool.resumed:
        invocation.stderr.write(f"ktx: going on after {spool.resumed} texts\n")
    reached = source.position
    try:
        for computed in _computed(source, invocation, quiet=False):
            if not spool.suits(computed.model, computed.vectors.shape[1]):
                raise KtxError(
                    f"{spool.part.name} has vectors of {spool.model}, and now {computed.model} computes",
                    code="model-differs",
                    hint="add --force to begin anew",
                )
            spool.add(computed.model, computed.vectors, computed.position)
            reached = computed.position
    except BaseException:
        spool.keep(reached)
        if spool.rows:
            invocation.stderr.write(
                f"ktx: {spool.rows} texts are kept in {spool.part.name}; the same command goes on from there\n"
            )
        raise
    spool.keep(reached)


def _told(spool: Spool, invocation: Invocation, options: Namespace, name: str) -> int:
    record: dict[str, object] = {
        "model": spool.model,
        "dimensions": spool.dimensions,
        "texts": spool.rows,
        "output": str(spool.output),
        "format": name,
    }
    if options.json:
        invocation.stdout.write(success_envelope("embed", record))
    else:
        invocation.stderr.write(f"ktx: vectors of {spool.model} are in {spool.output}\n")
    return 0


def _computed(source: LineSource, invocation: Invocation, *, quiet: bool) -> Iterator[Computed]:
    """The vectors of all further texts, in their order, a few chunks read ahead."""
    engine = engines().engine(invocation.environment)
    progress = Progress(invocation, source.size, quiet=quiet)
    ahead: deque[tuple[list[str], Position, Future[tuple[str, NDArray[np.float32]]]]] = deque()
    failure: KtxError | None = None
    try:
        while True:
            while failure is None and len(ahead) < CHUNKS_AHEAD:
                try:
                    texts = source.read(CHUNK_TEXTS)
                except KtxError as error:
                    # What stands before the line that is wrong is worth keeping.
                    failure = error
                    break
                if not texts:
                    break
                ahead.append((texts, source.position, _submit(engine, texts)))
            if not ahead:
                break
            texts, position, future = ahead.popleft()
            model, vectors = _await(future)
            progress.tell(position.texts, position.bytes)
            yield Computed(texts, vectors, model, position)
    finally:
        for _, _, future in ahead:
            future.cancel()
        progress.over()
    if failure is not None:
        raise failure


def _submit(engine: Engine, texts: list[str]) -> Future[tuple[str, NDArray[np.float32]]]:
    return engine.submit(texts, lambda model, embedded: (model, embedded.vectors))


def _await(future: Future[tuple[str, NDArray[np.float32]]]) -> tuple[str, NDArray[np.float32]]:
    """In small steps: an interruption reaches a thread only between two of them."""
    try:
        while not future.done():
            wait([future], STEP_SECONDS)
    except BaseException:
        future.cancel()
        raise
    return future.result()
