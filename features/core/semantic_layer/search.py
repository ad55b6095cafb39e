"""Search in a model by words: sources, measures, dimensions and segments, the best match first.

Ranked like BM25 (Robertson and Zaragoza, 2009) over weighted fields, with two changes that short names call for: the
beginning of a word matches it, and where no word matches, one that is spelled nearly so does.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from semantic_layer.frozen import frozen
from semantic_layer.members import Member, members_of

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\dA-Za-z_]+|\d+")
_FIELD_WEIGHTS = {"name": 3.0, "source": 1.5, "description": 1.0, "expression": 0.4}
_KIND_WEIGHTS = {"measure": 1.1, "dimension": 1.0, "segment": 1.0, "source": 1.05}
_SATURATION = 1.2
_PREFIX_WORTH, _SHORTEST_PREFIX = 0.6, 3
_NEARLY_WORTH, _NEARLY = 0.4, 0.8
_SHORTEST_PLURAL = 4
_WHOLE_NAME_WORTH = 1.5


@frozen
class Hit:
    """A member that matches, and how well: comparable within one search only."""

    member: Member
    score: float


def search(sources: Iterable[Mapping[str, object]], text: str, *, most: int = 20) -> tuple[Hit, ...]:
    """Up to `most` members that match words of `text`, best first; equally good ones in the order of the model."""
    wanted = list(dict.fromkeys(words_of(text)))
    documents = [_document(member) for source in sources for member in members_of(source)]
    if not wanted or not documents:
        return ()
    frequency = Counter(word for document in documents for word in document.weights)
    matches = [_match(word, frequency, len(documents)) for word in wanted]
    hits = [Hit(document.member, score) for document in documents if (score := _score(document, matches))]
    return tuple(sorted(hits, key=lambda hit: -hit.score)[:most])


def words_of(text: str) -> list[str]:
    """Words in lower case, without accents and plural endings: `grossRevenue`, `gross_revenues` are gross, revenue."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [_singular(word.casefold()) for word in _WORD.findall(plain)]


@frozen
class _Document:
    member: Member
    name: frozenset[str]
    weights: Mapping[str, float]


def _document(member: Member) -> _Document:
    fields = {
        "name": member.name,
        "source": "" if member.kind == "source" else member.source,
        "description": member.description or "",
        "expression": member.expr or "",
    }
    weights: dict[str, float] = {}
    for field, text in fields.items():
        for word in words_of(text):
            weights[word] = weights.get(word, 0.0) + _FIELD_WEIGHTS[field]
    return _Document(member, frozenset(words_of(member.name)), weights)


@frozen
class _Match:
    """What a wanted word may mean: words of the model with what each is worth. Rare matches count more."""

    wanted: str
    meanings: Mapping[str, float]
    rarity: float


def _match(wanted: str, frequency: Mapping[str, int], count: int) -> _Match:
    meanings = _meanings(wanted, frequency)
    found = min(sum(frequency[word] for word in meanings), count)
    return _Match(wanted, meanings, math.log(1 + (count - found + 0.5) / (found + 0.5)))


def _meanings(wanted: str, known: Iterable[str]) -> dict[str, float]:
    found = {}
    for word in known:
        if word == wanted:
            found[word] = 1.0
        elif len(wanted) >= _SHORTEST_PREFIX and word.startswith(wanted):
            found[word] = _PREFIX_WORTH
    if found:
        return found
    return {
        word: _NEARLY_WORTH
        for word in known
        if abs(len(word) - len(wanted)) <= 2 and SequenceMatcher(None, word, wanted).ratio() >= _NEARLY  # noqa: PLR2004
    }


def _score(document: _Document, matches: Sequence[_Match]) -> float:
    total, matched = 0.0, 0
    for match in matches:
        best = max(_worth(document, word, worth) for word, worth in match.meanings.items()) if match.meanings else 0.0
        total += best * match.rarity
        matched += best > 0
    coverage = (matched / len(matches)) ** 2
    whole_name = _WHOLE_NAME_WORTH if document.name <= {match.wanted for match in matches} else 1.0
    return total * coverage * whole_name * _KIND_WEIGHTS[document.member.kind]


def _worth(document: _Document, word: str, worth: float) -> float:
    weight = document.weights.get(word, 0.0)
    # A short document that says little else is more about the word than a long one.
    length = sum(document.weights.values())
    return worth * weight * (_SATURATION + 1) / (weight + _SATURATION + 0.1 * length)


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")
