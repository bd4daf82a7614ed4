"""The voices: number, order, channels, words and the truth about them."""

from __future__ import annotations

import re
from collections import Counter
from statistics import mean

import msgspec
import pytest

from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.sample import SampleOptions, generate_voices, make_company
from zhiyin.understand.contract import PRIVATE_KINDS

_NOT_OWN_WORDS = {"default", "spam", "solicited", "duplicate", "rating_only"}
_CHANNELS = {
    "review_site": 0.26,
    "takeaway": 0.28,
    "app_store": 0.12,
    "call_centre": 0.06,
    "chat": 0.07,
    "email": 0.02,
    "survey": 0.13,
    "social": 0.06,
}


def _words(item: FeedbackIn) -> str:
    return item.text or "\n".join(turn.text for turn in item.turns)


def test_the_number_asked_for_is_the_number_made(voices):
    assert len(voices) == 16_000
    options = SampleOptions(n_stores=7, n_days=9, n_voices=2_345)
    batches = [len(batch) for batch in generate_voices(make_company(options))]
    assert batches == [1_000, 1_000, 345]


def test_voices_come_in_order_of_time_within_the_window(company, voices):
    times = [item.occurred_at for item, _ in voices]
    assert times == sorted(times)
    assert times[0].date() == company.options.first_day
    assert times[-1].date() == company.options.last_day


def test_an_external_id_is_unique_within_its_source(voices):
    keys = Counter((item.source, item.external_id) for item, _ in voices)
    assert max(keys.values()) == 1
    assert len({item.source for item, _ in voices}) == 5
    assert all((i.source, i.external_id) == (t.source, t.external_id) for i, t in voices)


def test_every_voice_says_something_and_survives_json(voices):
    for item, _ in voices[:2_000]:
        assert item.text or item.turns or item.rating
        assert msgspec.json.decode(msgspec.json.encode(item), type=FeedbackIn) == item


def test_eight_channels_have_their_shares(voices):
    counts = Counter(item.channel for item, _ in voices)
    assert set(counts) == set(_CHANNELS)
    for channel, share in _CHANNELS.items():
        assert counts[channel] / len(voices) == pytest.approx(share, abs=0.03)


def test_calls_and_chats_are_conversations(voices):
    for item, _ in voices:
        if item.channel in {"call_centre", "chat"}:
            assert len(item.turns) >= 3
            assert not item.text
            assert any(turn.speaker == "customer" for turn in item.turns)
            ends = [turn.end_seconds for turn in item.turns]
            assert ends == sorted(ends)


def test_lengths_spread_from_two_to_three_hundred_signs(voices):
    lengths = sorted(len(item.text) for item, _ in voices if item.text)
    assert 2 <= lengths[0] <= 3
    assert 200 < lengths[-1] <= 320
    assert sum(n <= 8 for n in lengths) / len(lengths) > 0.12
    assert sum(n >= 80 for n in lengths) / len(lengths) > 0.05


def test_texts_are_mostly_distinct(voices):
    own = [_words(item) for item, truth in voices if not _NOT_OWN_WORDS & set(truth.phenomena)]
    longer = [text for text in own if len(text) > 8]
    assert len(longer) > 0.7 * len(own)
    assert len(set(longer)) / len(longer) >= 0.95


def test_private_data_stand_where_the_truth_says(voices):
    n_found = 0
    for item, truth in voices:
        for private in truth.private:
            text = item.text if private.turn is None else item.turns[private.turn].text
            assert text[private.start : private.end] == private.value
            assert private.kind in PRIVATE_KINDS
            n_found += 1
    assert n_found > 0.03 * len(voices)
    kinds = {private.kind for _, truth in voices for private in truth.private}
    assert {"phone", "name", "address", "wechat", "email", "order_number", "qq", "plate"} <= kinds


def test_no_private_datum_stands_elsewhere_in_the_words(company, voices):
    """What the truth does not list must not be there: phones, e-mails, WeChat ids and full addresses."""
    by_code = {customer.code: customer for customer in company.customers}
    for item, truth in voices:
        if truth.customer is None:
            continue
        person, listed = by_code[truth.customer], {private.value for private in truth.private}
        for value in (person.phone, person.email, person.wechat, person.address, person.qq):
            assert value in listed or value not in _words(item)


def test_nothing_unfilled_is_left_in_the_words(voices):
    left = re.compile("[\ue000-\ue0ff]|<[a-z_0-9]+>| @[a-z]")
    for item, _ in voices:
        assert not left.search(_words(item))
        assert not (item.reply and left.search(item.reply.text))


def test_the_phenomena_of_real_texts_all_occur(voices):
    counts = Counter(name for _, truth in voices for name in truth.phenomena)
    wanted = "sarcasm negation contrast concession comparison story slang typing traditional english emoji"
    wanted += " kaomoji mixed_language default spam solicited duplicate returning leaving threat"
    for name in wanted.split():
        assert counts[name] >= 5, name


def test_stars_follow_the_words_but_not_always(voices):
    rated = [(i, t) for i, t in voices if i.rating and i.rating.best == 5 and t.aspects]
    praise = [i.rating.value for i, t in rated if t.sentiment == "positive"]
    blame = [i.rating.value for i, t in rated if t.sentiment == "negative"]
    assert mean(praise) - mean(blame) > 2
    assert 0.01 < sum(stars == 5 for stars in blame) / len(blame) < 0.15


def test_a_copy_names_its_original(voices):
    texts = {(item.source, item.external_id): item.text for item, _ in voices}
    copies = [(item, truth) for item, truth in voices if truth.duplicate_of]
    assert copies
    for item, truth in copies:
        assert texts[item.source, truth.duplicate_of] == item.text


def test_stores_differ_and_weekends_are_busier(voices):
    taste: dict[str, list[bool]] = {}
    for _, truth in voices:
        for found in truth.aspects:
            taste.setdefault(truth.unit, []).append(found.polarity == "positive")
    shares = sorted(mean(found) for found in taste.values() if len(found) > 150)
    assert shares[-1] - shares[0] > 0.12
    days = Counter(item.occurred_at.weekday() for item, _ in voices)
    assert days[5] > 1.1 * days[1]


def test_replies_come_after_the_voice_and_within_the_window(company, voices):
    replied = [item for item, _ in voices if item.reply]
    assert len(replied) > 0.08 * len(voices)
    for item in replied:
        assert item.occurred_at < item.reply.at
        assert item.reply.at.date() <= company.options.last_day
