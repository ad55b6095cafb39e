"""`ktx sl search`: measures, dimensions, segments and sources by words."""

from collections.abc import Sequence
from dataclasses import dataclass

from ktx_core.rendering import show_table
from ktx_core.sl.fusion import fuse
from ktx_core.sl.meaning import ByMeaning, by_meaning
from ktx_core.sl.model import OpenModel, load_models, warn_of_problems
from ktx_core.sl.options import add_consent_options, add_json_option, add_project_options, count_argument
from ktx_runtime.api import CommandParser, Invocation, Namespace, success_envelope
from semantic_layer.members import Member, members_of
from semantic_layer.search import search

DEFAULT_MOST = 20


def run(invocation: Invocation) -> int:
    """Search one connection's model, or all."""
    parser = CommandParser(
        invocation,
        "sl search",
        summary="find measures, dimensions and sources by words",
        description=(
            "Names count most, then the source's name, descriptions and expressions. The beginning of a word matches; "
            "so does a near spelling, where nothing else does. With embeddings installed, meaning counts too."
        ),
        examples=(("sl search revenue by country", "What the model has about revenue and countries:"),),
    )
    parser.add_argument("words", metavar="WORD", nargs="+", help="what to look for")
    parser.add_argument(
        "--limit",
        type=count_argument,
        default=DEFAULT_MOST,
        metavar="N",
        help=f"hits at most (default: {DEFAULT_MOST})",
    )
    add_json_option(parser)
    add_project_options(parser)
    add_consent_options(parser)
    parser.set_defaults(run=_search)
    return parser.dispatch()


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search found, and how it was ranked."""

    hits: tuple[tuple[OpenModel, Member, float], ...]
    meaning: ByMeaning

    @property
    def ranking(self) -> dict[str, object]:
        """For `--json`."""
        used = self.meaning.model is not None and self.meaning.reason is None
        return {
            "by": ["words", "vectors"] if used else ["words"],
            "model": self.meaning.model if used else None,
            "reason": self.meaning.reason,
        }

    @property
    def words(self) -> str:
        """For people."""
        if self.meaning.model is not None and self.meaning.reason is None:
            return f"ranked by words and meaning ({self.meaning.model})"
        return f"ranked by words ({self.meaning.reason})"


def _search(invocation: Invocation, options: Namespace) -> int:
    text = " ".join(options.words)
    models = load_models(invocation, options)
    found = _find(models, text, invocation, most=options.limit)
    if options.json:
        hits = [_record(model, member, score) for model, member, score in found.hits]
        record = {"query": text, "hits": hits, "ranking": found.ranking}
        invocation.stdout.write(success_envelope("sl search", record))
        return 0
    for model in models:
        warn_of_problems(model, invocation)
    if not found.hits:
        invocation.stderr.write(f"nothing found\nhint: run: {invocation.program} sl list\n")
        return 0
    rows = [(member.kind, member.qualified, member.description or member.expr or "") for _, member, _ in found.hits]
    show_table(("kind", "name", "description"), rows, invocation)
    invocation.stderr.write(f"{found.words}\n")
    return 0


def _find(models: Sequence[OpenModel], text: str, invocation: Invocation, *, most: int) -> _Found:
    by_words = [(model, hit.member, hit.score) for model in models for hit in search(model.sources, text, most=most)]
    by_words = sorted(by_words, key=lambda found: -found[2])[:most]
    all_members = [(model, member) for model in models for source in model.sources for member in members_of(source)]
    meaning = by_meaning([member for _, member in all_members], text, invocation, most=most)
    if not meaning.order:
        return _Found(tuple(by_words), meaning)
    places = {(model.entry.id, member): (model, member) for model, member in all_members}
    rankings = [
        [(model.entry.id, member) for model, member, _ in by_words],
        [(all_members[at][0].entry.id, all_members[at][1]) for at in meaning.order],
    ]
    fused = [(*places[key], score) for key, score in fuse(rankings)[:most]]
    return _Found(tuple(fused), meaning)


def _record(model: OpenModel, member: Member, score: float) -> dict[str, object]:
    return {
        "connectionId": model.entry.id,
        "kind": member.kind,
        "name": member.qualified,
        "source": member.source,
        "description": member.description,
        "score": round(score, 4),
    }
