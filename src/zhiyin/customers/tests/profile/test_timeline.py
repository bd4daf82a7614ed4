from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.customers.profile.timeline import TimelineEntry, TimelineSource, list_sources, read_timeline
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import EVERYTHING

START = datetime(2026, 5, 1, tzinfo=UTC)


def source(kind, minutes, *, can_search=False, words=()):
    entries = [
        TimelineEntry(
            at=START + timedelta(minutes=minute),
            kind=kind,
            entry_id=f"{kind}-{number}",
            title=words[number % len(words)] if words else "t",
        )
        for number, minute in enumerate(minutes)
    ]

    def read(ask):
        found = [entry for entry in entries if ask.before is None or entry.at < ask.before]
        found.sort(key=lambda entry: (entry.at, entry.entry_id), reverse=True)
        return found[: ask.limit]

    return TimelineSource(kind=kind, name=kind, icon="link", read=read, can_search=can_search)


def read_all(sources, *, limit, text=""):
    seen, before = [], None
    while True:
        page = read_timeline(
            sources,
            keys=["a"],
            customer=uuid4(),
            scope_for=lambda _: EVERYTHING,
            limit=limit,
            before=before,
            text=text,
        )
        seen += page.entries
        if page.next_before is None:
            return seen
        assert before is None or page.next_before < before
        before = page.next_before


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=3),
    st.integers(1, 5),
)
def test_pages_hold_every_entry_once_in_order_even_many_of_one_instant(minutes, limit):
    sources = [source(f"k{number}", some) for number, some in enumerate(minutes)]
    seen = read_all(sources, limit=limit)
    assert len({entry.entry_id for entry in seen}) == len(seen) == sum(map(len, minutes))
    assert [entry.at for entry in seen] == sorted((entry.at for entry in seen), reverse=True)


def test_a_search_looks_beyond_the_page_in_sources_that_cannot_search():
    words = ["plain", "plain", "plain", "Refund"]
    seen = read_all([source("k", range(40), words=words)], limit=3, text="refund")
    assert len(seen) == 10


def test_who_lacks_the_permission_does_not_see_the_kind():
    kinds = {one.kind for one in list_sources(may=lambda one: one is Permission.CUSTOMERS_READ)}
    assert "purchase" in kinds
    assert not kinds & {"voice", "case"}
