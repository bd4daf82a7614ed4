"""The clauses written by us for training keep to their guidelines."""

import csv
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from zhiyin.understand.taxonomy import load_taxonomy

WRITTEN = Path(str(resources.files("zhiyin.understand"))) / "data" / "written"
CASES = Path(__file__).parent / "cases"
TAXONOMIES = {
    "restaurants": "restaurant",
    "takeaway": "restaurant",
    "drinks": "restaurant",
    "hotels": "hotels_sights",
    "banking": "general",
}
COLUMNS = ["text", "polarity", "opinions", "note"]
POLARITIES = {"positive", "negative", "neutral", "mixed"}
SIGNS_OF = {"positive": {"+"}, "negative": {"-"}, "mixed": {"+", "-"}, "neutral": set()}
NOTES = {
    "",
    "contrast",
    "negation",
    "double_negation",
    "degree",
    "comparison",
    "expectation",
    "rhetorical",
    "sarcasm",
    "wish",
    "reported",
    "emoji",
    "omitted_subject",
    "question",
    "plain",
}
FILES = sorted(path.stem for path in WRITTEN.glob("*.tsv"))
every_file = pytest.mark.parametrize("name", FILES)


def read_rows(name):
    with (WRITTEN / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def opinions_of(row):
    return [opinion.split("|") for opinion in row[2].split(";") if opinion]


def leaves_of(name):
    taxonomy = load_taxonomy(TAXONOMIES.get(name, name))
    parents = {aspect.parent for aspect in taxonomy.aspects}
    return {aspect.id for aspect in taxonomy.aspects} - parents


def test_there_are_files_to_check():
    assert "restaurants" in FILES


@every_file
def test_every_row_has_its_columns_and_known_labels(name):
    header, *rows = read_rows(name)
    assert header == COLUMNS
    wrong = [
        row
        for row in rows
        if len(row) != len(COLUMNS)
        or not 6 <= len(row[0]) <= 60
        or row[0] != row[0].strip()
        or row[1] not in POLARITIES
        or row[3] not in NOTES
    ]
    assert wrong == []


@every_file
def test_terms_and_opinion_words_stand_literally_in_the_text(name):
    wrong = [
        row
        for row in read_rows(name)[1:]
        for term, words, _sign, _aspect in opinions_of(row)
        if not words or words not in row[0] or term not in row[0]
    ]
    assert wrong == []


@every_file
def test_aspects_are_leaves_of_the_files_taxonomy(name):
    leaves = leaves_of(name) | {""}
    wrong = [row for row in read_rows(name)[1:] if any(parts[3] not in leaves for parts in opinions_of(row))]
    assert wrong == []


@every_file
def test_the_signs_of_the_opinions_bear_out_the_whole(name):
    wrong = []
    for row in read_rows(name)[1:]:
        signs = {parts[2] for parts in opinions_of(row)}
        is_known = signs <= {"+", "-", "0"}
        if not is_known or not SIGNS_OF[row[1]] <= signs or (row[1] == "neutral" and signs - {"0"}):
            wrong.append(row)
    assert wrong == []


@every_file
def test_no_polarity_is_scarce(name):
    count = Counter(row[1] for row in read_rows(name)[1:])
    n = sum(count.values())
    assert n >= 100
    assert {polarity for polarity in POLARITIES - {"mixed"} if count[polarity] < 0.15 * n} == set()
    assert count["mixed"] >= 0.05 * n


@every_file
def test_phenomena_are_shown(name):
    noted = Counter(row[3] for row in read_rows(name)[1:])
    assert sum(noted.values()) - noted[""] >= 0.3 * sum(noted.values())
    assert len(noted) >= 10


def test_no_text_stands_twice():
    count = Counter(row[0] for name in FILES for row in read_rows(name)[1:])
    assert [text for text, n in count.items() if n > 1] == []


def test_no_text_stands_among_the_test_cases():
    cells = {
        cell
        for path in CASES.glob("*/*.tsv")
        for line in path.read_text(encoding="utf-8").splitlines()
        for cell in line.split("\t")
    }
    assert [row[0] for name in FILES for row in read_rows(name)[1:] if row[0] in cells] == []
