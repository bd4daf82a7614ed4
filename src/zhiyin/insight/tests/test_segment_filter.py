"""Voices narrowed to a segment: only its members', only for who may see customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.conf import settings
from django.http import QueryDict

from zhiyin.customers.models import Identity
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.services import WantedSegment, save_segment
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.selection import select
from zhiyin.insight.state import make_state
from zhiyin.insight.voice_filters import list_chips
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.people.scope import EVERYTHING, NOTHING

NEGATIVE = {"is": "group", "op": "all", "parts": [{"is": "wrote", "sentiment": "negative"}]}


@pytest.fixture
def engine(tmp_path, monkeypatch, db):
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    opened = open_engine(settings.HOME)
    create_tables(opened.lake)
    yield opened
    close_engine()


@pytest.fixture
def segment(engine):
    """Of the two identities of one person, one complained and the other praised; somebody else praised."""
    now = datetime.now(UTC) - timedelta(hours=1)
    borns = [f"019a0000-0000-7000-8000-{number:012d}" for number in (1, 2, 3)]
    for number, customer in ((1, borns[0]), (2, borns[0]), (3, borns[2])):
        Identity.objects.create(
            key=f"{number:032x}",
            type="phone",
            born=borns[number - 1],
            customer=customer,
            sealed=b"",
            first_seen_at=now,
            last_seen_at=now,
            changed_at=now,
        )
    voices = [(1, "negative"), (2, "positive"), (3, "positive")]
    rows = {
        "feedback_id": [f"v{number}" for number, _ in voices],
        "is_current": [True] * 3,
        "author_key": [f"{number:032x}" for number, _ in voices],
        "sentiment": [mood for _, mood in voices],
        "occurred_at": [now] * 3,
        "day": [now.date()] * 3,
    }
    columns = [pa.array(rows.get(one.name, [None] * 3), one.type) for one in FEEDBACK.schema]
    engine.lake.append("feedback", pa.table(columns, schema=FEEDBACK.schema))
    make_rollup(engine)
    wanted = WantedSegment(name="不满的人", definition=read_definition(NEGATIVE))
    return save_segment(wanted, by=None, now=now)


@pytest.fixture
def voices(engine):
    def run(query, *, customers=EVERYTHING):
        state = make_state(QueryDict(query), scope=EVERYTHING, customers=customers)
        chosen = select(EVERYTHING, filter=state.filter)
        sql = f"SELECT feedback_id, {chosen.is_now} FROM feedback WHERE {chosen.kept_voices} ORDER BY 1"
        with engine.lake.connect("feedback", "opinions") as connection:
            rows = connection.execute(sql, chosen.parameters).fetchall()
        return [row[0] for row in rows]

    return run


def test_all_voices_of_the_members_are_shown_whatever_they_say(segment, voices):
    assert voices(f"segment={segment.pk}") == ["v1", "v2"]
    assert voices("") == ["v1", "v2", "v3"]


def test_an_unknown_segment_is_nobodys(segment, voices):
    assert voices("segment=999") == []
    assert voices("segment=1%27%20OR%20TRUE") == []
    assert voices(f"segment={segment.pk}-999") == []


def test_who_may_see_no_customers_sees_no_members(segment, voices):
    assert voices(f"segment={segment.pk}", customers=NOTHING) == []


def test_a_page_that_knows_no_segments_does_not_claim_to_be_narrowed(segment, voices):
    state = make_state(QueryDict(f"segment={segment.pk}"), scope=EVERYTHING, customers=None)
    assert "segment" not in state.query()
    assert voices(f"segment={segment.pk}", customers=None) == ["v1", "v2", "v3"]


def test_the_chip_says_the_segments_name(segment):
    state = make_state(QueryDict(f"segment={segment.pk}"), scope=EVERYTHING, customers=EVERYTHING)
    assert "不满的人" in [chip.value for chip in list_chips(state)]
    assert f"segment={segment.pk}" in state.query()
