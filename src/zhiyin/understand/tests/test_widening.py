"""Learned cues widen what the word lists find, in built-in taxonomies only, and say so."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.aspect_cues import NEVER, Spans, load_cues
from zhiyin.understand.explanation import explain
from zhiyin.understand.taxonomy import load_taxonomy
from zhiyin.understand.widening import bind_cues

UNNAMED = "这台车性能很不错"
"""Speaks of a car's power without any term of the taxonomy."""


def codes_of(text):
    return np.array([ord(sign) for sign in text], dtype=np.uint32)


def score(text, *, model):
    spans = Spans(begin=np.array([0]), end=np.array([len(text)]))
    return model.scores(model.find(codes_of(text), spans=spans), spans=spans)[0]


@pytest.mark.parametrize("name", ["restaurant", "cars"])
def test_every_column_of_the_shipped_cues_is_an_aspect_of_the_shipped_taxonomy(name):
    cues, taxonomy = bind_cues(load_taxonomy(name)), load_taxonomy(name)
    assert set(cues.model.aspects) <= {aspect.id for aspect in taxonomy.aspects}
    assert ((cues.add_from < NEVER) | (cues.keep_from > -NEVER)).all()


def test_a_clause_scores_highest_for_what_it_speaks_of():
    model = load_cues("cars")
    for text, aspect in (("发动机提速快", "power"), ("落地多少钱", "price"), ("后排坐三个人", "space")):
        assert model.aspects[int(np.argmax(score(text, model=model)))] == aspect


def test_a_span_scores_the_same_wherever_it_stands():
    model = load_cues("cars")
    text, before = "落地多少钱", "后排坐三个人"
    codes = codes_of(before + text)
    spans = Spans(begin=np.array([0, len(before)]), end=np.array([len(before), len(codes)]))
    both = model.scores(model.find(codes, spans=spans), spans=spans)
    assert np.array_equal(both[1], score(text, model=model))
    assert np.array_equal(both[0], score(before, model=model))


def test_a_taxonomy_of_the_house_has_no_learned_cues():
    assert bind_cues(replace(load_taxonomy("cars"), name="our cars")) is None


def test_terms_that_the_house_adds_are_never_dropped():
    shipped = load_taxonomy("cars")
    aspects = tuple(
        replace(one, terms=(*one.terms, "灵犀系统")) if one.id == "configuration" else one
        for one in shipped.aspects
    )
    found = Analyser(taxonomy=replace(shipped, aspects=aspects)).analyse("今天去店里看了灵犀系统")
    assert [one.aspect for one in found.opinions] == ["configuration"]


def test_an_explanation_names_the_cue_and_its_weight():
    found = Analyser(taxonomy="cars").analyse(UNNAMED)
    why = explain(UNNAMED, taxonomy="cars")
    cues = [part for one in why.opinions for part in one.parts if part.kind == "cue"]
    assert {one.aspect for one in found.opinions} >= {"power"}
    assert cues
    assert all(part.weight > 0 and part.end > part.start and part.log_odds == 0 for part in cues)


def test_texts_without_any_clause_are_no_trouble():
    texts = ["", " ", "。。。", "！", "a"]
    rows = Analyser(taxonomy="cars").analyse_batch(pa.RecordBatch.from_pydict({"text": texts})).to_pylist()
    assert [row["opinions"] for row in rows] == [[]] * len(texts)
