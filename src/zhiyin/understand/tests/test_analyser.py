"""The analyser at its door: whole answers for whole texts."""

import pickle

import pyarrow as pa
import pytest
from tests.costs import grows_at_most

from zhiyin.errors import InvalidInput
from zhiyin.understand import Analyser
from zhiyin.understand.contract import UNDERSTANDING_SCHEMA


@pytest.fixture(scope="module")
def restaurant():
    return Analyser(taxonomy="restaurant")


@pytest.fixture(scope="module")
def general():
    return Analyser()


def opinions_of(understanding):
    return [(one.aspect, one.polarity, one.term, one.opinion) for one in understanding.opinions]


def test_the_example_of_the_architecture_comes_out_as_shown(restaurant):
    text = "菜好吃但是上菜慢，等了四十分钟"
    found = restaurant.analyse(text)
    assert (found.language, found.sentiment.label) == ("zh", "mixed")
    assert found.sentiment.score < 0
    assert [
        (o.aspect, o.aspect_name, o.polarity, o.term, o.opinion, o.start, o.end) for o in found.opinions
    ] == [
        ("dish_taste", "味道", "positive", "菜", "好吃", 0, 3),
        ("service_serving_speed", "上菜速度", "negative", "上菜", "慢", 5, 8),
    ]
    assert [one.name for one in found.intents] == ["complaint"]
    assert found.cause == "service"
    assert [(one.name, one.met) for one in found.needs] == [("timely", False)]
    assert (found.urgency.level, found.urgency.reasons) == (0, [])
    assert [(s.kind, s.value, s.start, s.end) for s in found.signals] == [("waited", 40.0, 9, 15)]
    assert (found.private, found.masked_text) == ([], text)


def test_being_ignored_adds_sincerity_and_haste(restaurant):
    found = restaurant.analyse("菜好吃但是上菜慢，等了四十分钟，问了三次没人理")
    assert {(one.name, one.met) for one in found.needs} == {("timely", False), ("sincere", False)}
    assert "complaint" in {one.name for one in found.intents}
    assert (found.cause, found.urgency.level) == ("service", 1)
    assert [(s.kind, s.value) for s in found.signals] == [("waited", 40.0), ("told_again", 3.0)]


@pytest.mark.parametrize("text", ["", "   ", "。。！？", "!!!???", "\n\n", "@#$%"])
def test_nothing_is_guessed_of_a_text_that_says_nothing(general, text):
    found = general.analyse(text)
    assert found.sentiment is None
    assert (found.opinions, found.emotions, found.intents, found.needs, found.signals) == ([], [], [], [], [])
    assert found.cause is None


def test_a_text_of_a_language_unknown_to_the_lists_gets_no_judgement(restaurant):
    found = restaurant.analyse("アイスがとても美味しいです")
    assert (found.language, found.sentiment, found.opinions) == ("ja", None, [])


def test_english_texts_get_sentiment_and_opinions(restaurant):
    found = restaurant.analyse("The food was great but the service was slow and rude")
    assert found.language == "en"
    assert found.sentiment.label in {"mixed", "negative"}
    assert {(o.aspect, o.polarity) for o in found.opinions} >= {
        ("dish_taste", "positive"),
        ("service_waiters_attitude", "negative"),
    }


def test_a_batch_answers_row_for_row_in_the_schema_of_the_contract(general):
    texts = ["质量很好", None, "", "物流太慢了", "客服态度差"]
    batch = pa.RecordBatch.from_pydict({"text": pa.array(texts, type=pa.string()), "id": list(range(5))})
    result = general.analyse_batch(batch)
    assert result.schema == UNDERSTANDING_SCHEMA
    result.validate(full=True)
    labels = [row["sentiment"] and row["sentiment"]["label"] for row in result.to_pylist()]
    assert labels == ["positive", None, None, "negative", "negative"]


def test_a_text_gets_the_same_answer_alone_and_in_a_batch(general):
    texts = [
        "质量很好，就是物流太慢了",
        "客服不理人，我要退款！",
        "屏幕碎了",
        "not good at all",
        "很满意",
    ] * 3
    batch = pa.RecordBatch.from_pydict({"text": texts})
    together = general.analyse_batch(batch).to_pylist()
    for text, row in zip(texts[:5], together, strict=False):
        alone = general.analyse_batch(pa.RecordBatch.from_pydict({"text": [text]})).to_pylist()[0]
        assert alone == row


def test_an_empty_batch_gives_an_empty_answer(general):
    batch = pa.RecordBatch.from_pydict({"text": pa.array([], type=pa.string())})
    result = general.analyse_batch(batch)
    assert (result.num_rows, result.schema) == (0, UNDERSTANDING_SCHEMA)


def test_large_strings_and_dictionaries_are_strings_too(general):
    for array in (pa.array(["很好"], type=pa.large_string()), pa.array(["很好"]).dictionary_encode()):
        result = general.analyse_batch(pa.RecordBatch.from_arrays([array], names=["text"]))
        assert result.to_pylist()[0]["sentiment"]["label"] == "positive"


def test_a_batch_without_the_column_text_is_refused_by_name(general):
    with pytest.raises(InvalidInput, match="no column 'text'; it has words"):
        general.analyse_batch(pa.RecordBatch.from_pydict({"words": ["a"]}))
    with pytest.raises(InvalidInput, match="int64, not strings"):
        general.analyse_batch(pa.RecordBatch.from_pydict({"text": [1]}))


def test_opinions_show_masked_words_only(restaurant):
    found = restaurant.analyse("服务员张经理态度很差，打13812345678也没人接")
    assert "13812345678" not in found.masked_text
    shown = "".join(o.term + o.opinion for o in found.opinions)
    assert "13812345678" not in shown
    for one in found.opinions:
        assert one.term in found.masked_text[one.start : one.end]
        assert one.opinion in found.masked_text[one.start : one.end]


def test_an_analyser_travels_to_another_process(restaurant):
    text = "菜好吃但是上菜慢"
    assert pickle.loads(pickle.dumps(restaurant)).analyse(text) == restaurant.analyse(text)


def test_time_grows_with_the_signs_and_not_faster(restaurant):
    clause = "味道不错，但是上菜太慢了，等了四十分钟才来。"

    def of_clauses(n):
        batch = pa.RecordBatch.from_pydict({"text": [clause * n]})
        return lambda: restaurant.analyse_batch(batch)

    assert grows_at_most(60, of_clauses(500), of_clauses(10_000))
