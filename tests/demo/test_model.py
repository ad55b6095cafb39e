"""The model: every measure is right alone, and with every dimension it is answered or refused with a reason."""

from pathlib import Path

import pytest
import yaml

from ktx_core.demo.files import demo_files
from semantic_layer import SemanticError
from tests.demo import handwritten


def test_the_model_is_as_rich_as_is_promised(asker):
    measures = [name for source in asker.sources for name in asker.measures_of(source)]
    assert len(asker.sources) == 14
    assert len(measures) == len(set(measures)) >= 40


def test_everything_that_can_be_asked_has_a_description(asker):
    silent = [source["name"] for source in asker.sources if not source.get("description")]
    for source in asker.sources:
        for kind in ("columns", "measures", "segments"):
            silent.extend(
                f"{source['name']}.{item['name']}"
                for item in source.get(kind, ())
                if item.get("visibility", "public") == "public" and not item.get("description")
            )
    assert silent == []


def test_a_source_lies_in_the_file_of_its_name():
    texts = demo_files().texts
    files = [name for name in texts if name.startswith("semantic-layer/shop/")]
    assert [Path(name).stem for name in files] == [yaml.safe_load(texts[name])["name"] for name in files]


def test_every_measure_has_a_hand_written_total(asker):
    assert sorted(handwritten.TOTALS) == sorted(name for source in asker.sources for name in asker.measures_of(source))


@pytest.mark.parametrize("measure", handwritten.TOTALS)
def test_a_measure_alone_is_the_hand_written_total(asker, shop, measure):
    ((expected,),) = shop.execute(handwritten.TOTALS[measure]).fetchall()
    ((found,),) = asker.ask(measures=[measure]).rows
    assert found == (pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else expected)


def sources_with_measures():
    names = {measure.partition(".")[0] for measure in handwritten.TOTALS}
    return sorted(names)


@pytest.mark.parametrize("source", sources_with_measures())
def test_every_measure_with_every_dimension_is_answered_or_refused_with_a_reason(asker, source):
    """Additive measures add up to their totals over the groups of every dimension that they can be asked by."""
    measures = [name for name in handwritten.TOTALS if name.startswith(f"{source}.")]
    totals = dict(zip(measures, asker.ask(measures=measures).rows[0], strict=True))
    answered = 0
    for dimension in asker.dimensions():
        for asked, rows in answers(asker, measures, dimension):
            answered += len(asked)
            for position, measure in enumerate(asked, 1):
                if measure in handwritten.ADDITIVE:
                    assert sum(row[position] or 0 for row in rows) == pytest.approx(totals[measure]), dimension
    assert answered > len(measures)


def answers(asker, measures, dimension):
    """The measures by a dimension: all in one query, or where that is refused each that is not refused alone."""
    try:
        return [(measures, asker.ask(measures=measures, dimensions=[dimension], limit=None).rows)]
    except SemanticError as refused:
        if not refused.message:
            pytest.fail(f"refused without a reason: {measures} by {dimension}")
        return [] if len(measures) == 1 else [pair for it in measures for pair in answers(asker, [it], dimension)]
