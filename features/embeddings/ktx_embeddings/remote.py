"""The backend `remote`: a server that speaks OpenAI's embeddings API, or text-embeddings-inference's own.

For those who outgrow one machine. `KTX_EMBEDDING_URL` is the server's address, `KTX_EMBEDDING_REMOTE_MODEL` the model's
name there, `KTX_EMBEDDING_API_KEY` a key, which appears in no message.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ktx_runtime.api import BackendMissing, Embedded, EmbeddingModel, KtxError, UsageError, heeded, plain_text

URL_VARIABLE = "KTX_EMBEDDING_URL"
KEY_VARIABLE = "KTX_EMBEDDING_API_KEY"
MODEL_VARIABLE = "KTX_EMBEDDING_REMOTE_MODEL"
BATCH_VARIABLE = "KTX_EMBEDDING_REMOTE_BATCH"
TIMEOUT_VARIABLE = "KTX_EMBEDDING_REMOTE_TIMEOUT_SECONDS"

DEFAULT_BATCH = 32
"""What text-embeddings-inference takes unless it is told otherwise."""

DEFAULT_TIMEOUT_SECONDS = 60.0
REQUESTS_AT_ONCE = 4
"""Enough that the way there and back is not waited for each time, few enough for a server with others to serve."""

ATTEMPTS = 4
LONGEST_PAUSE_SECONDS = 30.0
_MOST_ANSWER_BYTES = 256 * 1024 * 1024
_LONGEST_QUOTE = 200
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class RemoteBackend:
    """Finds out at its first request which of the two APIs the server speaks, and how long its vectors are."""

    def missing(self, environment: Mapping[str, str]) -> BackendMissing | None:
        """It needs an address."""
        if environment.get(URL_VARIABLE):
            return None
        return BackendMissing(f"{URL_VARIABLE} is not set", hint=f"set {URL_VARIABLE} to the address of a server")

    def settings(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """All of its variables; of the key only a digest."""
        found = heeded(environment, (URL_VARIABLE, MODEL_VARIABLE, BATCH_VARIABLE, TIMEOUT_VARIABLE))
        key = environment.get(KEY_VARIABLE)
        return found | ({KEY_VARIABLE: hashlib.sha256(key.encode()).hexdigest()} if key else {})

    def load(self, environment: Mapping[str, str]) -> EmbeddingModel:
        """Ask the server for one vector. Raises `KtxError`."""
        server = _Server(
            url=_checked_url(environment[URL_VARIABLE]),
            key=environment.get(KEY_VARIABLE),
            model=environment.get(MODEL_VARIABLE, ""),
            timeout_seconds=_number(environment, TIMEOUT_VARIABLE, DEFAULT_TIMEOUT_SECONDS),
        )
        return _connect(server, batch_texts=int(_number(environment, BATCH_VARIABLE, DEFAULT_BATCH)))


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    key: str | None = field(repr=False)
    model: str
    timeout_seconds: float

    @property
    def shown(self) -> str:
        """The address without what may be a password."""
        return plain_text(urllib.parse.urlsplit(self.url).hostname or "")

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """POST JSON and return the JSON answer, trying again where that may help. Raises `KtxError`."""
        attempt = 1
        while True:
            try:
                return self._post_once(path, body)
            except _TryAgain as again:
                if attempt >= ATTEMPTS:
                    raise again.failure from None
                time.sleep(min(again.pause_seconds or 0.5 * 2**attempt, LONGEST_PAUSE_SECONDS))
                attempt += 1

    def _post_once(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "ktx"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self.url + path, data=json.dumps(body).encode(), headers=headers, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=self.timeout_seconds) as response:
                return json.loads(response.read(_MOST_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            failure = self._refused(error)
            if error.code in _TRY_AGAIN:
                raise _TryAgain(failure, _retry_after(error.headers)) from None
            raise failure from None
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise _TryAgain(self._unreachable(plain_text(str(reason) or type(reason).__name__))) from None
        except ValueError:
            raise KtxError(f"the server at {self.shown} answers without JSON", code="remote-answer") from None

    def _refused(self, error: urllib.error.HTTPError) -> RemoteRefused:
        with error:
            said = self._without_key(error.read(_LONGEST_QUOTE * 4).decode("utf-8", "replace"))
        quote = plain_text(said[:_LONGEST_QUOTE]).strip()
        hints = {401: f"check {KEY_VARIABLE}", 403: f"check {KEY_VARIABLE}", 404: f"check {URL_VARIABLE}"}
        return RemoteRefused(
            f"the embedding server at {self.shown} answers {error.code}" + (f": {quote}" if quote else ""),
            status=error.code,
            hint=hints.get(error.code),
        )

    def _unreachable(self, why: str) -> KtxError:
        return KtxError(
            f"the embedding server at {self.shown} cannot be reached: {self._without_key(why)}",
            code="remote-unreachable",
            hint=f"check {URL_VARIABLE}, and whether the server runs",
        )

    def _without_key(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text


class RemoteRefused(KtxError):
    """The server answers with an HTTP error."""

    def __init__(self, message: str, *, status: int, hint: str | None) -> None:
        super().__init__(message, code="remote-refused", hint=hint, details={"status": status})
        self.status = status


class _TryAgain(Exception):
    def __init__(self, failure: KtxError, pause_seconds: float | None = None) -> None:
        super().__init__()
        self.failure = failure
        self.pause_seconds = pause_seconds


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A key is for the server that it was given for, and for no other that this one names."""

    def redirect_request(self, *_: object) -> None:
        """Not followed: the redirect itself becomes the error."""


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(slots=True)
class RemoteModel:
    """A model on a server. Vectors are brought to unit length here: not every server does it."""

    server: _Server
    native: bool
    name: str
    dimensions: int
    batch_texts: int
    most_tokens: int = 8192
    batch_tokens: int = 65536
    lanes: int = REQUESTS_AT_ONCE

    @property
    def detail(self) -> str:
        """Where it computes."""
        return f"on {self.server.shown}, by {'its own' if self.native else 'the OpenAI'} API"

    def embed(self, texts: Sequence[str]) -> Embedded:
        """One request. A batch that is too large for the server (413) is halved."""
        try:
            return _ask(self.server, texts, native=self.native)
        except RemoteRefused as error:
            if error.status != 413 or len(texts) == 1:  # noqa: PLR2004 - content too large
                raise
            half = len(texts) // 2
            parts = [self.embed(texts[:half]), self.embed(texts[half:])]
            return Embedded(np.concatenate([part.vectors for part in parts]))

    def embed_beside(self, texts: Sequence[str]) -> Embedded:
        """The same: the server sees to what it does at once."""
        return self.embed(texts)

    def close(self) -> None:
        """No connection is kept."""


def _connect(server: _Server, *, batch_texts: int) -> RemoteModel:
    native = False
    try:
        first = _ask(server, ["ktx"], native=False)
    except RemoteRefused as error:
        if error.status != 404:  # noqa: PLR2004 - not found
            raise
        native = True
        first = _ask(server, ["ktx"], native=True)
    name = server.model or f"the model of {server.shown}"
    return RemoteModel(server, native, name, dimensions=first.vectors.shape[1], batch_texts=batch_texts)


def _ask(server: _Server, texts: Sequence[str], *, native: bool) -> Embedded:
    if native:
        return Embedded(_unit(_matrix(server.post("/embed", {"inputs": list(texts), "truncate": True}), len(texts))))
    path = "/embeddings" if server.url.endswith("/v1") else "/v1/embeddings"
    body = {"input": list(texts), "model": server.model, "encoding_format": "float"}
    answer = server.post(path, body)
    try:
        rows = sorted(answer["data"], key=lambda row: int(row["index"]))
        vectors = [_numbers(row["embedding"]) for row in rows]
        in_order = [int(row["index"]) for row in rows] == list(range(len(texts)))
    except (TypeError, KeyError, ValueError) as error:
        raise _strange("it has no list of vectors") from error
    if not in_order:
        raise _strange(f"it has {len(rows)} vectors for {len(texts)} texts, or their indices are wrong")
    return Embedded(_unit(_matrix(vectors, len(texts))))


def _numbers(embedding: list[float] | str) -> list[float] | NDArray[np.float32]:
    """Some servers send base64 whatever is asked for."""
    return np.frombuffer(base64.b64decode(embedding), "<f4") if isinstance(embedding, str) else embedding


def _matrix(rows: Any, count: int) -> NDArray[np.float32]:  # noqa: ANN401 - JSON
    try:
        matrix = np.array(rows, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise _strange("its vectors are not numbers, or not of one length") from error
    if matrix.ndim != 2 or len(matrix) != count:  # noqa: PLR2004 - rows and columns
        raise _strange(f"it has the shape {matrix.shape} for {count} texts")
    return matrix


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not bool(np.all(np.isfinite(lengths) & (lengths > 0))):
        raise _strange("it has a vector without a direction")
    unit: NDArray[np.float32] = (matrix / lengths).astype(np.float32)
    return unit


def _strange(what: str) -> KtxError:
    return KtxError(f"the embedding server's answer is not to be used: {what}", code="remote-answer")


def _retry_after(headers: Message) -> float | None:
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _checked_url(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{URL_VARIABLE} is no address of a web server", code="remote-url")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{URL_VARIABLE} must not hold a password", code="remote-url", hint=f"use {KEY_VARIABLE}")
    return text.rstrip("/")


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 1 <= number < math.inf:
        raise UsageError(f"{name} must be a number from 1 on: {plain_text(text)}")
    return number
