"""From spooled vectors to the file that was asked for: npy, JSON lines, Parquet. Written aside, then put in place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ktx_embeddings.embed.source import LineSource
from ktx_embeddings.embed.spool import Spool
from ktx_runtime.api import FeatureMissing

ROWS_AT_ONCE = 8192
PARQUET_FEATURE = "embeddings-parquet"

Writer = Callable[[Spool, LineSource, Path], None]


def demand_format(name: str, program: str) -> None:
    """Raise `FeatureMissing` before anything is computed for a file that could not be written."""
    if name == "parquet" and find_spec("pyarrow") is None:
        raise FeatureMissing(
            f"Parquet files need the feature {PARQUET_FEATURE}, which is not installed",
            code="feature-missing",
            hint=f"run: {program} runtime install --feature {PARQUET_FEATURE}",
            details={"feature": PARQUET_FEATURE},
        )


def finish(spool: Spool, source: LineSource, name: str) -> None:
    """Put the output in place. The source is read again where the format holds the texts."""
    spool.close()
    staged = spool.output.with_name(f".{spool.output.name}.new")
    try:
        _WRITERS[name](spool, source, staged)
        staged.replace(spool.output)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    spool.forget()


def json_line(index: int, text: str, vector: NDArray[np.float32]) -> str:
    """One vector with its text, on a line of its own."""
    return json.dumps({"index": index, "text": text, "embedding": vector.tolist()}, ensure_ascii=False) + "\n"


def _npy(spool: Spool, source: LineSource, file: Path) -> None:
    del source
    header = {"descr": "<f4", "fortran_order": False, "shape": (spool.rows, spool.dimensions)}
    with file.open("wb") as output, spool.part.open("rb") as vectors:
        np.lib.format.write_array_header_1_0(output, header)
        shutil.copyfileobj(vectors, output, 1 << 20)


def _json(spool: Spool, source: LineSource, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as output:
        index = 0
        for texts, vectors in _pairs(spool, source):
            for text, vector in zip(texts, vectors, strict=True):
                output.write(json_line(index, text, vector))
                index += 1


def _parquet(spool: Spool, source: LineSource, file: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - a feature of its own
    import pyarrow.parquet as pq  # noqa: PLC0415

    vector_type = pa.list_(pa.float32(), spool.dimensions)
    schema = pa.schema(
        [pa.field("text", pa.string()), pa.field("embedding", vector_type)], metadata={"model": spool.model}
    )
    with pq.ParquetWriter(file, schema) as output:
        for texts, vectors in _pairs(spool, source):
            embeddings = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), spool.dimensions)
            output.write_table(pa.table([pa.array(texts, pa.string()), embeddings], schema=schema))


def _pairs(spool: Spool, source: LineSource) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
    source.rewind()
    with spool.part.open("rb") as stream:
        while texts := source.read(ROWS_AT_ONCE):
            yield texts, spool.read_rows(stream, len(texts))


_WRITERS: dict[str, Writer] = {"npy": _npy, "json": _json, "parquet": _parquet}
