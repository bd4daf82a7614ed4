"""The learned polarity: what a sum of weights must keep, and how good the shipped one is on real texts."""

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.polarity import hashed_ngrams, load_polarity
from zhiyin.understand.text import fold_batch

DATA = Path(__file__).parents[4].parent / "shared" / "data"


def odds_of(texts):
    model, batch = load_polarity(), fold_batch(texts)
    sums = model.prefix_sums(batch.codes)
    return model.log_odds(sums[batch.starts[1:] - 1] - sums[batch.starts[:-1]], n_signs=batch.lengths)


def test_a_neighbour_in_the_batch_changes_nothing():
    alone = [odds_of([text])[0] for text in ("很好", "太差了", "a")]
    assert np.allclose(odds_of(["很好", "太差了", "a"]), alone)


def test_praise_is_above_blame():
    praise, blame = odds_of(["质量很好，非常喜欢，值得购买", "质量太差了，客服态度恶劣，退货"])
    assert praise > 1 > -1 > blame


def test_ngrams_of_each_order_fit_the_codes():
    codes = fold_batch(["一二三四五"]).codes
    assert [(len(slots), order) for slots, order in hashed_ngrams(codes, bits=12)] == [
        (6, 1),
        (5, 2),
        (4, 3),
        (3, 4),
    ]
    assert all(slots.max() < 4096 for slots, _ in hashed_ngrams(codes, bits=12))


def test_a_text_shorter_than_an_ngram_is_fine():
    assert odds_of(["", "好"]).shape == (2,)


def test_the_shipped_model_is_small():
    assert load_polarity().table.nbytes <= 8 * 1024 * 1024
    assert load_polarity().version


@pytest.mark.data
def test_the_sentiment_of_electronics_reviews_is_told():
    path = DATA / "sentiment" / "electronics.csv"
    if not path.exists():
        pytest.skip("the public data sets are not there (../shared/data)")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    batch = pa.RecordBatch.from_pydict({"text": [row["sentence"] for row in rows]})
    found = Analyser(taxonomy="appliances").analyse_batch(batch).column("sentiment").to_pylist()
    right = [(one["score"] > 0) == (row["label"] == "Positive") for one, row in zip(found, rows, strict=True)]
    assert sum(right) / len(right) > 0.85
