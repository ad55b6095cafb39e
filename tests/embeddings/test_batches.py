"""How a heap of texts is cut into batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ktx_embeddings.batches import BATCH_COST_TOKENS, batches, estimated_tokens
from ktx_embeddings.texts import CHARACTERS_PER_TOKEN, readable_part


@given(
    tokens=st.lists(st.integers(2, 256), max_size=60),
    batch_tokens=st.integers(2, 2000),
    batch_texts=st.integers(1, 20),
)
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(
    tokens: list[int], batch_tokens: int, batch_texts: int
) -> None:
    cut = list(batches(tokens, batch_tokens=batch_tokens, batch_texts=batch_texts))
    assert sorted(index for batch in cut for index in batch) == list(range(len(tokens)))
    for batch in cut:
        assert len(batch) <= batch_texts
        assert len(batch) == 1 or max(tokens[index] for index in batch) * len(batch) <= batch_tokens


def test_texts_of_one_length_share_a_batch() -> None:
    cut = list(batches([3, 200, 3, 200, 3], batch_tokens=400, batch_texts=64))
    assert cut == [[0, 2, 4], [1, 3]]


def test_a_long_text_does_not_make_short_ones_as_dear_as_itself() -> None:
    """What many clients with one text each ask for fitted one batch, and was padded to three times its size."""
    lengths = [5, 6, 7, 7, 8, 10, 11, 14, 16, 22, 22, 24, 42, 44, 82, 84]
    cut = list(batches(lengths, batch_tokens=2048, batch_texts=128))
    padded = sum(max(lengths[index] for index in batch) * len(batch) for batch in cut)
    assert padded < 1.4 * sum(lengths)
    assert len(cut) <= 4


@given(lengths=st.lists(st.integers(1, 120), min_size=1, max_size=9))
def test_no_other_cut_would_take_less(lengths: list[int]) -> None:
    def cost(cut: list[list[int]]) -> int:
        return sum(max(lengths[index] for index in batch) * len(batch) + BATCH_COST_TOKENS for batch in cut)

    ordered = sorted(range(len(lengths)), key=lengths.__getitem__)
    others = []
    for places in range(2 ** (len(lengths) - 1)):
        cuts = [at for at in range(1, len(lengths)) if places >> (at - 1) & 1]
        parts = [ordered[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(ordered)], strict=True)]
        others.append(cost(parts))
    assert cost(list(batches(lengths, batch_tokens=10_000, batch_texts=64))) == min(others)


def test_the_estimate_never_exceeds_what_a_model_takes_and_knows_other_scripts() -> None:
    assert estimated_tokens("word " * 10_000, 256) == 256
    assert estimated_tokens("長" * 100, 256) > estimated_tokens("a" * 100, 256)
    assert estimated_tokens("\ud800", 256) >= 2


def test_a_huge_text_is_cut_and_a_text_of_words_loses_nothing_that_counts() -> None:
    text = "word " * 1_000_000
    assert len(readable_part(text, 256)) == 256 * CHARACTERS_PER_TOKEN
    assert readable_part(" " * 1_000_000 + "late", 256) == "late"
    assert readable_part("short", 256) == "short"
