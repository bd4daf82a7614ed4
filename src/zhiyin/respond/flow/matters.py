"""What a voice is about and whose it is, as the facts tell it, to find the case of the same matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from zhiyin.customers.linking.queries import customer_of_key
from zhiyin.engine import open_engine
from zhiyin.errors import NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.listen.queries.feedback import day_in
from zhiyin.respond.models import Case

_YOUNG = timedelta(days=3)
_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceKeys:
    """The keys under which the facts of a voice name its author and its order; each may be empty."""

    author: str = ""
    order: str = ""


def read_keys(feedback_ids: Iterable[str]) -> Mapping[str, VoiceKeys]:
    """The keys by voice, for those that the lake knows. One query of the days in which they came."""
    days_by_id = {one: day for one in dict.fromkeys(feedback_ids) if (day := _day(one)) is not None}
    if not days_by_id:
        return {}
    ids, days = list(days_by_id), sorted(set(days_by_id.values()))
    in_days, in_ids = ", ".join("?" for _ in days), ", ".join("?" for _ in ids)
    where = f"is_current AND day IN ({in_days}) AND feedback_id IN ({in_ids})"
    query = f"SELECT feedback_id, author_key, order_key FROM feedback WHERE {where}"  # noqa: S608
    with open_lake().connect("feedback") as connection:
        rows = connection.execute(query, [*days, *ids]).fetchall()
    return {one: VoiceKeys(author=author or "", order=order or "") for one, author, order in rows}


def _day(feedback_id: str) -> date | None:
    try:
        return day_in(feedback_id)
    except NotFound:
        return None


class Judged(Protocol):
    """One thing spoken of, as it is stored or as it was understood this moment."""

    @property
    def aspect(self) -> str:
        """What is spoken of."""

    @property
    def polarity(self) -> str:
        """How it is found."""

    @property
    def confidence(self) -> float:
        """How sure that is."""


def complained_aspect(detail: FeedbackDetail) -> str:
    """What is complained of most surely; empty where nothing is."""
    return worst_aspect(detail.opinions)


def worst_aspect(opinions: Sequence[Judged]) -> str:
    """That of the opinions which complains most surely; empty where none does."""
    negative = [one for one in opinions if one.polarity == "negative"]
    return max(negative, key=lambda one: one.confidence).aspect if negative else ""


def key_of_phone(phone: str) -> str:
    """The key under which facts will name whoever left this number alone; empty for none."""
    identifier = read_identifier("phone", phone, source="")
    if identifier is None:
        return ""
    return identifier_keys([identifier], vault=open_engine(settings.HOME).vault)[0]


def know_customers(*, now: datetime | None = None) -> int:
    """How many young cases got their customer, who is known a little after their voice was stored."""
    since = (now or timezone.now()) - _YOUNG
    young = Case.objects.filter(opened_at__gte=since, customer=None).exclude(feedback_id="")
    cases = list(young.order_by("-opened_at").only("pk", "feedback_id")[:_MOST_AT_ONCE])
    keys = read_keys(case.feedback_id for case in cases)
    n_known = 0
    for case in cases:
        key = keys.get(case.feedback_id, VoiceKeys()).author
        customer = customer_of_key(key) if key else None
        if customer is not None:
            n_known += Case.objects.filter(pk=case.pk, customer=None).update(customer=customer)
    return n_known
