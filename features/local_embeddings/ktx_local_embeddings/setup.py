"""`ktx setup local-embeddings`: by the time it runs everything is installed; it proves that, and says how to go on."""

from __future__ import annotations

import time

from ktx_local_embeddings.backend import FEATURE, SentenceTransformersBackend
from ktx_local_embeddings.model_files import MINILM
from ktx_runtime.api import CommandParser, Invocation, KtxError, Namespace, success_envelope
from ktx_runtime.prefetch.fetch import NotFetched, Sources, fetch

TEXT = "revenue by country"
ROUNDS = 5


def run(invocation: Invocation) -> int:
    """Fetch the model if it is gone, compute, report."""
    parser = CommandParser(
        invocation,
        f"setup {FEATURE}",
        summary="install what computes embeddings on this machine, and see that it works",
        description=(
            "Torch is installed for the CPU unless UV_TORCH_BACKEND names another build; at run time a GPU is used "
            "where there is one. The model comes from your hub or mirror (HF_ENDPOINT, HF_HOME), or from a directory "
            "(KTX_EMBEDDING_MODEL_PATH)."
        ),
        examples=((f"setup {FEATURE} --yes", "Install without asking:"),),
    )
    parser.add_argument("--yes", action="store_true", help="install without asking")
    parser.add_argument("--no-input", action="store_true", help="never ask; end with 4 where an answer is needed")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=_set_up)
    return parser.dispatch()


def _set_up(invocation: Invocation, options: Namespace) -> int:
    _bring_back_model(invocation)
    invocation.stderr.write("ktx: loading the model\n")
    started = time.monotonic()
    model = SentenceTransformersBackend().load(invocation.environment)
    loaded = time.monotonic() - started
    each = []
    for _ in range(ROUNDS):
        started = time.monotonic()
        model.embed([TEXT])
        each.append(time.monotonic() - started)
    directory = MINILM.directory(invocation.environment)
    if options.json:
        record: dict[str, object] = {
            "model": model.name,
            "directory": str(directory),
            "dimensions": model.dimensions,
            "detail": model.detail,
            "loadSeconds": round(loaded, 3),
            "textSeconds": round(min(each), 4),
        }
        invocation.stdout.write(success_envelope(f"setup {FEATURE}", record))
        return 0
    invocation.stdout.write(
        f"{model.name} works: {model.dimensions} dimensions, {model.detail}\n"
        f"loaded in {loaded:.1f} s, then {min(each) * 1000:.0f} ms for a short text; files in {directory}\n"
        f"next: {invocation.program} embed {TEXT!r}\n"
    )
    return 0


def _bring_back_model(invocation: Invocation) -> None:
    """The install has fetched it; since then it may have been removed, or damaged: a changed number still loads."""
    given = MINILM.given_directory(invocation.environment)
    directory = MINILM.directory(invocation.environment)

    def tell(done: int, of: int) -> None:
        invocation.stderr.write(f"ktx: fetching {MINILM.name}: {done / 1e6:.0f} of {of / 1e6:.0f} MB\n")

    try:
        fetch(MINILM, directory.parent, Sources(invocation.environment), on_progress=tell if given is None else _silent)
    except NotFetched as error:
        raise KtxError(
            f"the model is not there: {error}",
            code="model-not-fetched",
            hint="mend that, or set KTX_EMBEDDING_MODEL_PATH to a directory with the model; what was fetched is kept",
        ) from error


def _silent(done: int, of: int) -> None:
    del done, of
