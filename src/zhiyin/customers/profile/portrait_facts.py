"""The facts that a portrait is drawn from: one look at the index, kept for the questions that follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from zhiyin.customers.profile.index.telling import list_told
from zhiyin.customers.profile.index.told import BoughtTold, MetTold, SaidTold
from zhiyin.people.scope import Scope

_POSITIVE, _NEGATIVE = "positive", "negative"
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Said(msgspec.Struct, frozen=True):
    """A voice in few words; `score` is −1 to 1."""

    feedback_id: str
    at: datetime
    channel: str
    score: float | None
    is_complaint: bool


class Met(msgspec.Struct, frozen=True):
    """A contact in few words."""

    record_id: str
    at: datetime
    channel: str | None
    issue_key: str | None
    is_resolved: bool | None


class Bought(msgspec.Struct, frozen=True):
    """A line of an order."""

    order_id: str
    at: datetime
    product: str | None
    amount: float | None


class AspectCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often the customer spoke of an aspect; the newest voice of each polarity, None without one."""

    aspect: str
    stored: str | None
    n: int
    n_positive: int
    n_negative: int
    newest_negative: str | None
    n_negative_lately: int


class NeedCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a need was met and not met."""

    name: str
    n_met: int
    n_unmet: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one customer within a scope, the oldest first."""

    said: list[Said]
    met: list[Met]
    bought: list[Bought]
    aspects: list[AspectCount]
    needs: list[NeedCount]


def read_facts(keys: Sequence[str], *, scope: Scope, lately: datetime, with_opinions: bool = True) -> Facts:
    """What the customer said, bought and was in contact about; copies and spam are left out.

    `n_negative_lately` counts from `lately` on. Without opinions aspects and needs stay empty.
    """
    said: list[Said] = []
    met: list[Met] = []
    bought: list[Bought] = []
    tally = _Tally(lately=lately)
    for row in list_told(keys, scope=scope):
        at, told = _START + row.moment * _MICROSECOND, row.told
        match told:
            case SaidTold() if not told.is_left_out:
                said.append(Said(row.id, at, told.channel, told.score, told.is_complaint))
                if with_opinions:
                    tally.add(told, id_=row.id, at=at)
            case MetTold():
                met.append(Met(row.id, at, told.channel, told.issue_key, told.is_resolved))
            case BoughtTold():
                bought += [Bought(row.id, at, product, amount) for product, amount in told.lines]
    return Facts(
        said=sorted(said, key=lambda one: (one.at, one.feedback_id)),
        met=sorted(met, key=lambda one: (one.at, one.record_id)),
        bought=sorted(bought, key=lambda one: (one.at, one.order_id)),
        aspects=tally.aspects(),
        needs=tally.needs(),
    )


class _Tally:
    """Counts opinions and needs voice by voice."""

    def __init__(self, *, lately: datetime) -> None:
        self._lately = lately
        self._stored: dict[str, str | None] = {}
        self._n: Counter[tuple[str, str]] = Counter()
        self._n_lately: Counter[str] = Counter()
        self._newest: dict[str, tuple[datetime, str]] = {}
        self._needs: Counter[tuple[str, bool | None]] = Counter()

    def add(self, told: SaidTold, *, id_: str, at: datetime) -> None:
        """Count the opinions and needs of a voice."""
        self._needs.update(told.needs)
        for aspect, stored, polarity in told.opinions:
            self._stored[aspect] = self._stored.get(aspect) or stored
            self._n[aspect, polarity or ""] += 1
            if polarity == _NEGATIVE:
                self._n_lately[aspect] += at >= self._lately
                self._newest[aspect] = max(self._newest.get(aspect, (at, id_)), (at, id_))

    def aspects(self) -> list[AspectCount]:
        """The aspects, that most spoken of first."""
        total: Counter[str] = Counter()
        for (aspect, _), n in self._n.items():
            total[aspect] += n
        found = [
            AspectCount(
                aspect=aspect,
                stored=self._stored[aspect],
                n=n,
                n_positive=self._n[aspect, _POSITIVE],
                n_negative=self._n[aspect, _NEGATIVE],
                newest_negative=self._newest[aspect][1] if aspect in self._newest else None,
                n_negative_lately=self._n_lately[aspect],
            )
            for aspect, n in total.items()
        ]
        return sorted(found, key=lambda one: (-one.n, one.aspect))

    def needs(self) -> list[NeedCount]:
        """The needs, that most often touched first."""
        names = Counter(name for name, _ in self._needs.elements())
        found = [
            NeedCount(name=name, n_met=self._needs[name, True], n_unmet=self._needs[name, False])
            for name in names
        ]
        return sorted(found, key=lambda one: (-names[one.name], one.name))
