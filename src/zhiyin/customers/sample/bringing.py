"""Puts what stands beside the sample's facts through this room's doors; twice adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from zhiyin.customers.events.storing import store_events
from zhiyin.customers.events.turn import events_turn
from zhiyin.customers.sample.app import make_app_events
from zhiyin.customers.sample.consents import bring_consents
from zhiyin.customers.sample.stars import bring_stars
from zhiyin.customers.sample.values import make_values
from zhiyin.customers.value.taking import take_values
from zhiyin.engine import Engine
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.sample import Company

_BATCH = 20_000
_BY = "sample"
T = TypeVar("T")


def bring_people(company: Company, *, engine: Engine) -> None:
    """Events of the app, what members agreed to and received, the stars that staff gave."""
    with events_turn(engine.home):
        for events in _parts(make_app_events(company, vault=engine.vault)):
            store_events(events, engine=engine)
    bring_consents(company, vault=engine.vault)
    for values in _parts(make_values(company)):
        take_values(values, source=SAMPLE_SOURCE, engine=engine, by=_BY)
    bring_stars(company, engine=engine)


def _parts(things: Iterable[T]) -> Iterator[Sequence[T]]:
    left = iter(things)
    while part := [*islice(left, _BATCH)]:
        yield part
