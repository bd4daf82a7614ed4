"""The fields beside opinions on sentences that people labelled: none may fall below what was reached."""

import pytest
from training.measure_fields import Figures, measure, measure_copies, read_sentences

# A little below the figures of both halves together; `python training/measure_fields.py` prints them.
FLOORS = {
    "emotions": 0.87,
    "intents": 0.92,
    "cause": 0.84,
    "needs": 0.83,
    "urgency": 0.9,
    "signals": 0.93,
    "quality": 0.91,
    "values": 0.91,
}
N_FEWEST = 300


@pytest.fixture(scope="module")
def sentences():
    return read_sentences()


@pytest.fixture(scope="module")
def figures(sentences) -> Figures:
    return measure(sentences)


@pytest.mark.parametrize(("field", "floor"), FLOORS.items())
def test_a_field_is_as_good_as_it_was(figures, field, floor):
    assert figures.whole(field).f1 >= floor, "\n".join(figures.errors[field])


@pytest.mark.parametrize("field", FLOORS)
def test_every_field_is_judged_on_enough_sentences(sentences, field):
    assert sum(field in one.labels for one in sentences) >= N_FEWEST


def test_about_half_of_the_sentences_are_blind(sentences):
    n_blind = sum(one.is_blind for one in sentences)
    assert 0.4 < n_blind / len(sentences) < 0.6


def test_no_sentence_is_labelled_twice(sentences):
    assert len({one.text for one in sentences}) == len(sentences)


def test_near_copies_are_told_from_other_sentences(sentences):
    count = measure_copies(sentences)
    assert count.n >= N_FEWEST
    assert count.precision == 1.0
    assert count.recall >= 0.9
