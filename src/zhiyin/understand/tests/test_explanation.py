"""Why: the parts of an explanation lead to the labels that the analyser gives, and to no others."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.explanation import explain

CASES = Path(__file__).parent / "cases" / "phenomena"


def sentences(*, taxonomy):
    for path in sorted(CASES.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["taxonomy"] == taxonomy:
                    yield row["sentence"]


@pytest.mark.parametrize("taxonomy", ["restaurant", "general"])
def test_the_parts_of_every_label_lead_to_the_label_of_the_batch(taxonomy):
    texts = list(sentences(taxonomy=taxonomy))[:250]
    rows = Analyser(taxonomy=taxonomy).analyse_batch(pa.RecordBatch.from_pydict({"text": texts})).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        why = explain(text, taxonomy=taxonomy)
        assert [(one.aspect, one.polarity, one.start, one.end) for one in why.opinions] == [
            (one["aspect"], one["polarity"], one["start"], one["end"]) for one in row["opinions"]
        ]
        assert [one.replay() for one in why.opinions] == [one["polarity"] for one in row["opinions"]]
        if row["sentiment"] is None:
            assert why.sentiment is None
        else:
            assert why.sentiment.label == why.sentiment.replay() == row["sentiment"]["label"]
            assert why.sentiment.score == row["sentiment"]["score"]


def test_a_negation_is_named_where_it_turns_a_word():
    (opinion,) = explain("味道不好", taxonomy="restaurant").opinions
    word = next(part for part in opinion.parts if part.kind == "word")
    assert (opinion.aspect, opinion.polarity) == ("dish_taste", "negative")
    assert "negated" in word.rules
    assert word.stated > 0 > word.log_odds


def test_mockery_and_concession_are_named():
    mocked = explain("呵呵，上菜真快", taxonomy="restaurant").sentiment
    assert any("mocked" in part.rules for part in mocked.parts)
    granted = explain("虽然贵，但味道很好", taxonomy="restaurant").sentiment
    assert any("conceded" in part.rules for part in granted.parts)
    assert any("stressed" in part.rules for part in granted.parts)


def test_highlights_lie_within_the_text_and_versions_are_told():
    text = "菜好吃但是上菜慢，等了四十分钟"
    why = explain(text, taxonomy="restaurant")
    assert why.taxonomy.startswith("restaurant@")
    assert why.model
    assert why.sentiment.highlights
    assert all(0 <= one.start < one.end <= len(text) + 1 for one in why.sentiment.highlights)


@pytest.mark.parametrize("text", ["", "   ", "アイスがとても美味しいです"])
def test_where_nothing_is_judged_nothing_is_explained(text):
    why = explain(text, taxonomy="restaurant")
    assert (why.sentiment, why.opinions) == (None, ())
