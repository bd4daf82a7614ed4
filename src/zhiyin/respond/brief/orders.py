"""The orders that a case is about: by the records of what was bought, and by their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.listen.api import open_lake
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.queries.originals import open_item
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.about import AboutVoice
from zhiyin.respond.brief.facts import Said, find_facts
from zhiyin.respond.brief.topics import Topic
from zhiyin.respond.flow.matters import read_keys
from zhiyin.respond.models import Case, CustomerWords
from zhiyin.respond.sealing import unseal
from zhiyin.respond.services.changes import shorten

_BEFORE, _AFTER = timedelta(days=180), timedelta(days=2)
_MOST = 20
_MIN_REASON, _MAX_REASON = 2, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrder:
    """An order that a voice of the case names, as it was recorded: no number, that is private."""

    at: datetime
    products: Sequence[str]
    amount: float | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrders:
    """Those on record, the newest first; `n_unknown` more are named of which there is no record to see."""

    orders: Sequence[NamedOrder]
    n_unknown: int


def find_orders(voices: Sequence[AboutVoice], *, scope: Scope) -> NamedOrders:
    """The orders that the voices name, as the scope lets see them; of the half year before each voice.

    Two queries of the lake, one where no voice names an order.
    """
    by_id = {voice.detail.feedback.feedback_id: voice for voice in voices}
    named = {one: keys.order for one, keys in read_keys(by_id).items() if keys.order}
    if not named:
        return NamedOrders(orders=(), n_unknown=0)
    spoken = [by_id[one].detail.feedback.occurred_at for one in named]
    wanted = sorted(set(named.values()))[:_MOST]
    rows = _read(wanted, scope=scope, since=min(spoken) - _BEFORE, until=max(spoken) + _AFTER)
    return NamedOrders(orders=rows, n_unknown=len(wanted) - len(rows))


def _read(keys: Sequence[str], *, scope: Scope, since: datetime, until: datetime) -> list[NamedOrder]:
    units = None if scope.unit_ids is None else sorted(scope.unit_ids)
    query = """
SELECT min(occurred_at), list_distinct(list(product) FILTER (product IS NOT NULL)), sum(amount),
    max(delivered_at)
FROM purchases
WHERE is_current AND occurred_at BETWEEN $since AND $until AND order_key IN (SELECT unnest($keys))
    AND (CAST($units AS BIGINT[]) IS NULL OR unit_id IN (SELECT unnest(CAST($units AS BIGINT[]))))
GROUP BY order_key ORDER BY 1 DESC, order_key
"""
    values = {"since": since, "until": until, "keys": list(keys), "units": units}
    lake = open_lake()
    if "purchases" not in lake.tables():
        return []
    with lake.connect("purchases") as connection:
        rows = connection.execute(query, values).fetchall()
    return [
        NamedOrder(at=at, products=sorted(products or ()), amount=amount, delivered_at=came)
        for at, products, amount, came in rows
    ]


def reveal_numbers(case: Case, voices: Sequence[AboutVoice], *, reason: str, by: Actor) -> list[str]:
    """The numbers of orders that the customer named, in the clear, to be shown once; each once.

    The caller has seen that the asker may read the voices and may see private data. The trail knows of it
    before anything is opened.

    Raises:
        InvalidInput: no reason that says something.
    """
    given = shorten(reason, limit=_MAX_REASON)
    if len(given) < _MIN_REASON:
        raise InvalidInput("Say why you need the numbers.", field="why_order")
    # Whoever writes a reason may write a number or a name in it.
    details = {"reason": mask_texts([given])[0]}
    record_event("case.orders_revealed", by=by, target=("case", case.number), details=details)
    return list(dict.fromkeys(_numbers(case, voices)))


def _numbers(case: Case, voices: Sequence[AboutVoice]) -> Iterator[str]:
    for voice in voices:
        feedback = voice.detail.feedback
        try:
            item = open_item(
                open_engine(settings.HOME), feedback_id=feedback.feedback_id, revision=feedback.revision
            )
        except ZhiyinError:  # erased, or sealed with keys that are gone
            continue
        if item.order_id:
            yield item.order_id
        yield from _told(item.text, *(turn.text for turn in item.turns))
    for words in CustomerWords.objects.filter(case=case).order_by("pk"):
        yield from _told(unseal(words.sealed, purpose="words", number=case.number))


def _told(*texts: str) -> Iterator[str]:
    facts = find_facts([Said(text=text, speaker="customer") for text in texts if text])
    yield from (fact.value for fact in facts if fact.topic is Topic.ORDER)
