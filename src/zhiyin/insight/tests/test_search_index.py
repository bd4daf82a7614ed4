from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.engine.lake import DeltaLake
from zhiyin.insight.queries.rows import count_rows, find_neighbours, list_rows
from zhiyin.insight.search import read_search
from zhiyin.insight.search.expression import fits
from zhiyin.insight.search.folding import fold
from zhiyin.insight.search.index import making
from zhiyin.insight.search.index.catalogue import SearchIndex
from zhiyin.insight.search.index.keeping import IndexKeeper, forget_days
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.people.scope import EVERYTHING, Scope

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
PARTS = [
    *["上菜", "上", "菜", "慢", "服务", "服務", "态度", "態度", "好", "不好", "的", "吃", "，", " ", "。"],
    *["WiFi", "wifi", "ｗｉｆｉ", "KTV", "裡面", "里面", "😀", "苍蝇", "蒼蠅", "ab", "务员"],
]
QUERIES = (
    '上菜|慢|"上菜慢"|上菜 慢|上菜 -慢|-慢|服務 OR 慢|(上菜 或 服务) 非 好|fuwu|fw|taidu -好|wifi|“上菜 慢”'
    "|NOT (上 AND 菜)|😀|服务员|里面 不好|，|ab|不好好|菜菜"
)


def voice(number, *, text, days=0, minutes=None, **columns):
    moment = START + timedelta(days=days, minutes=number if minutes is None else minutes)
    milliseconds = int(moment.timestamp() * 1000)
    id_ = UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | number)
    return {
        **dict.fromkeys(FEEDBACK.schema.names),
        "feedback_id": str(id_),
        "revision": 1,
        "is_current": True,
        "source": "s",
        "channel": "chat",
        "occurred_at": moment,
        "received_at": moment,
        "text": text,
        "urgency": 0,
        "day": moment.date(),
        "n_turns": 0,
        "n_media": 0,
        "urgency_reasons": [],
        "private": [],
        "emotions": [],
        "intents": [],
        "is_duplicate": False,
        "is_spam": False,
        "is_solicited": False,
        "is_off_subject": False,
        "needs": [],
        "signals": [],
        "model": "m",
        "taxonomy": "t",
        **columns,
    }


class Place:
    """A lake and the index of it."""

    def __init__(self, folder):
        self.lake = DeltaLake(folder / "lake", n_threads=1)
        self.folder = folder / "search"
        for spec in (FEEDBACK, OPINIONS, REPLIES):
            self.lake.create(spec)
        self.keeper = IndexKeeper(self.folder, fewest_rows=0)

    def add(self, *voices):
        self.lake.append("feedback", pa.Table.from_pylist(list(voices), FEEDBACK.schema))

    def take_in(self, *, needs_rest=False):
        files = self.lake.files("feedback")
        return self.keeper.update(files, should_stop=lambda: False, needs_rest=needs_rest)

    def cover(self):
        return SearchIndex(self.folder).cover(self.lake.files("feedback"))

    def ids(self, filter, *, scope=EVERYTHING, coverage=None, **asked):
        with self.lake.connect() as connection:
            page = list_rows(connection, scope=scope, filter=filter, coverage=coverage, **asked)
        assert not page.is_least
        return [row.feedback.feedback_id for row in page.rows], page.n


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Random voices, most of them indexed, some of a later day not."""
    import random

    place, made = Place(tmp_path_factory.mktemp("filled")), random.Random(5)
    texts = ["".join(made.choices(PARTS, k=made.randrange(1, 9))) for _ in range(400)]
    voices = [
        voice(
            number,
            text=text,
            days=made.randrange(4),
            minutes=made.randrange(60),
            unit_id=made.choice([None, 1, 2]),
            is_spam=made.random() < 0.1,
            is_current=made.random() < 0.95,
            channel=made.choice(["chat", "survey"]),
            sentiment=made.choice(["positive", "negative"]),
        )
        for number, text in enumerate(texts)
    ]
    place.add(*voices)
    place.take_in()
    place.add(*(voice(500 + n, text=text, days=5, unit_id=1) for n, text in enumerate(texts[:20])))
    assert place.cover().chunks
    assert len(place.cover().other_days) == 1
    return place


def words():
    return st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("".join)


def searches():
    quoted = words().map(lambda word: f'"{word}"')
    leaves = st.one_of(words(), quoted, st.sampled_from(["fuwu", "taidu", "fw", "scai"]))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from([" ", " OR ", " 或 ", " AND "]), inner).map("".join),
            inner.map(lambda one: f"-({one})"),
            inner.map(lambda one: f"NOT ({one})"),
        ),
        max_leaves=5,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=searches(), unit=st.sampled_from([None, 1]), shift=st.none() | st.integers(0, 4))
def test_the_index_answers_as_a_reading_of_all_texts_does(filled, text, unit, shift):
    wanted = VoiceFilter(
        text=text, since=None if shift is None else START + timedelta(days=shift, minutes=20)
    )
    scope = EVERYTHING if unit is None else Scope(unit_ids=frozenset({unit}))
    coverage = filled.cover()
    read, n_read = filled.ids(wanted, scope=scope, size=25)
    assert (read, n_read) == filled.ids(wanted, scope=scope, coverage=coverage, size=25)
    expression = read_search(text)
    if expression is not None and scope is EVERYTHING and shift is None:
        with filled.lake.connect() as connection:
            kept = connection.execute(
                "SELECT text FROM feedback WHERE is_current AND NOT is_spam ORDER BY occurred_at"
            ).fetchall()
        assert n_read == sum(fits(expression, fold(said)) for (said,) in kept)


@pytest.mark.parametrize("text", QUERIES.split("|"))
def test_searches_as_people_type_them_find_the_same_by_both_ways(filled, text):
    coverage = filled.cover()
    for wanted in (
        VoiceFilter(text=text),
        VoiceFilter(text=text, sentiments=frozenset({"negative"})),
        VoiceFilter(text=text, left_out=frozenset({"spam"})),
        VoiceFilter(
            text=text, include_excluded=True, channels=frozenset({"chat"}), until=START + timedelta(days=2)
        ),
    ):
        for page in ({"number": 2, "size": 7}, {"number": 99, "size": 7}):
            assert filled.ids(wanted, **page) == filled.ids(wanted, coverage=coverage, **page)


@pytest.mark.parametrize("text", ["服务", "-慢", "上菜 OR 好"])
def test_neighbours_in_a_search_are_the_same_by_both_ways(filled, text):
    coverage, wanted = filled.cover(), VoiceFilter(text=text)
    with filled.lake.connect() as connection:
        rows = list_rows(connection, scope=EVERYTHING, filter=VoiceFilter(), size=60).rows
        for row in rows[::4]:
            asked = {"scope": EVERYTHING, "filter": wanted, "here": row.feedback}
            plain = find_neighbours(connection, **asked)
            assert plain == find_neighbours(connection, **asked, coverage=coverage)


def test_many_hits_with_another_filter_are_told_as_a_least_number(place, monkeypatch):
    monkeypatch.setattr("zhiyin.insight.queries.row_search._LOOK_UPS", (10, 40))
    place.add(*(voice(n, text="上菜慢", sentiment="negative" if n % 2 else "positive") for n in range(200)))
    place.take_in()
    wanted = VoiceFilter(text="上菜", sentiments=frozenset({"negative"}))
    with place.lake.connect() as connection:
        page = list_rows(connection, scope=EVERYTHING, filter=wanted, coverage=place.cover(), size=10)
        assert page.is_least
        assert 10 <= page.n < count_rows(connection, scope=EVERYTHING, filter=wanted) == 100
        plain = list_rows(connection, scope=EVERYTHING, filter=wanted, size=10)
    assert page.rows == plain.rows


def test_a_day_whose_files_changed_is_read_from_the_lake_until_it_is_taken_in_again(place):
    place.add(voice(1, text="上菜慢"))
    place.take_in()
    place.add(voice(2, text="上菜也慢"))
    assert not place.cover().chunks
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 2
    assert place.take_in() == 2
    assert not place.cover().other_days
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 2


def test_a_day_that_still_changes_waits_until_it_rests(place):
    place.add(voice(1, text="上菜慢"))
    assert place.take_in(needs_rest=True) == 0
    assert place.take_in(needs_rest=True) == 1


def test_nothing_of_what_was_erased_stays_in_the_index(place):
    secret = "独一无二的话"
    place.add(voice(1, text=secret), voice(2, text="上菜慢"))
    place.take_in()
    codes = b"".join(path.read_bytes() for path in place.folder.glob("*.idx"))
    assert secret.encode("utf-16-le") in codes, "else the test could not fail"
    place.lake.delete("feedback", where=f"text = '{secret}'")
    assert place.ids(VoiceFilter(text="独一无二"), coverage=place.cover()) == ([], 0)
    place.take_in()
    assert secret.encode("utf-16-le") not in b"".join(p.read_bytes() for p in place.folder.glob("*.idx"))
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 1


def test_an_erasure_empties_the_days_of_the_index_before_the_lake(place):
    place.add(voice(1, text="上菜慢"), voice(2, text="上菜快", days=1))
    place.take_in()
    assert list(place.folder.glob("*.idx"))
    forget_days(place.folder, days={START.date()})
    assert not list(place.folder.glob("*.idx"))
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 2


def test_compaction_loses_nothing(place):
    for number in range(6):
        place.add(voice(number, text=f"上菜慢{number}", days=number // 2))
    place.take_in()
    place.lake.maintain()
    assert place.ids(VoiceFilter(text="慢"), coverage=place.cover())[1] == 6
    place.take_in()
    assert not place.cover().other_days
    assert place.ids(VoiceFilter(text="慢"), coverage=place.cover())[1] == 6


def test_a_broken_file_of_the_index_costs_time_but_no_answer(place):
    place.add(voice(1, text="上菜慢"))
    place.take_in()
    for path in place.folder.glob("*.idx"):
        path.write_bytes(b"nothing of the kind, but long enough")
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 1
    (place.folder / "catalogue.json").write_text("{")
    assert place.ids(VoiceFilter(text="上菜"), coverage=place.cover())[1] == 1


def test_small_days_share_a_file_and_new_ones_join_the_last(place):
    for day in range(5):
        place.add(voice(day, text="上菜慢", days=day))
    place.take_in()
    assert len(place.cover().chunks) == 1
    place.add(voice(9, text="上菜快", days=7))
    place.take_in()
    assert len(place.cover().chunks) == 1
    assert len(list(place.folder.glob("*.idx"))) == 1


def test_long_texts_are_cut_into_more_chunks_and_all_are_found(place, monkeypatch):
    place.add(*(voice(n, text="上菜慢" * 40 + str(n)) for n in range(30)))
    monkeypatch.setattr(making.make_chunks, "__kwdefaults__", {"most_signs": 500})
    place.take_in()
    assert len(place.cover().chunks) > 5
    wanted = VoiceFilter(text="上菜")
    assert place.ids(wanted, coverage=place.cover()) == place.ids(wanted)
