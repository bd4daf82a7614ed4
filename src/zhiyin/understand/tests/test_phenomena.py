"""Our own sentences by phenomenon: the share right of each stays above its floor."""

import sys

import pytest
from training.phenomena import failures, read_cases, shares

FLOORS = {
    "carried": 0.91,
    "comparison": 0.92,
    "concession": 0.85,
    "contrast": 0.91,
    "degree": 0.95,
    "double_negation": 0.91,
    "emoji": 0.95,
    "english": 0.90,
    "expectation": 0.88,
    "negation": 0.91,
    "plain": 0.96,
    "reported": 0.91,
    "rhetorical": 0.87,
    "sarcasm": 0.84,
    "wishes": 0.92,
    "overall": 0.92,
}


@pytest.fixture(scope="module")
def cases():
    return read_cases()


@pytest.fixture(scope="module")
def found(cases):
    result = shares(cases, wrong=failures(cases))
    for name, share in result.items():
        sys.stdout.write(
            f"{name}: {share.n_right}/{share.n} = {share.n_right / share.n:.3f},"
            f" blind {share.n_blind_right}/{share.n_blind}\n"
        )
    return result


def test_the_suite_is_large_and_no_sentence_stands_in_it_twice(cases):
    assert len(cases) >= 1_000
    assert len({(case.sentence, case.taxonomy) for case in cases}) == len(cases)
    assert {case.taxonomy for case in cases} >= {"restaurant", "retail", "telecom", "cars", "public_services"}


def test_every_phenomenon_has_its_floor(found):
    assert set(found) == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_the_share_right_of_a_phenomenon_stays_above_its_floor(found, name):
    share = found[name]
    assert share.n_right / share.n >= FLOORS[name]


def test_what_was_never_looked_at_is_nearly_as_right_as_the_rest(found):
    overall = found["overall"]
    assert overall.n_blind > 400
    assert overall.n_blind_right / overall.n_blind >= overall.n_right / overall.n - 0.055
