"""Which of the sample's voices become cases: complaints of the last weeks, more of them of the last days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.sample import Company, VoiceTruth
from zhiyin.listen.sample.dice import Dice

N_DAYS = 60
_LAST_DAYS = 3
_MOST, _LEAST = 200, 24
_SHARE_RECENT = 0.36
_GROUP = 4
_PAIR_WITHIN = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A voice from which a case may grow. `name` is that of its source, `customer` the true person."""

    name: str
    feedback_id: str
    at: datetime
    store: str
    region: str
    customer: str
    channel: str
    aspect: str
    is_urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is told: single matters, one matter that came twice, and one of several customers."""

    single: Sequence[Seed]
    recent: Sequence[Seed]
    twice: Sequence[Seed]
    group: Sequence[Seed]


class Chooser:
    """Hears every voice that passes, keeps the complaints of the last weeks, and chooses of them."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._since = company.options.last_day - timedelta(days=N_DAYS - 1)
        self._regions = {store.code: store.region_code for store in company.stores}
        self._heard: list[Seed] = []

    def hear(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]], receipts: Sequence[Receipt]) -> None:
        """Keep what could become a case."""
        for (_, truth), receipt in zip(voices, receipts, strict=True):
            if truth.occurred_at.date() >= self._since and receipt.id and _complains(truth):
                self._heard.append(
                    Seed(
                        name=f"{truth.source}/{truth.external_id}",
                        feedback_id=receipt.id,
                        at=truth.occurred_at,
                        store=truth.unit,
                        region=self._regions[truth.unit],
                        customer=truth.customer or "",
                        channel=_channel(truth),
                        aspect=_worst(truth),
                        is_urgent="urgent" in truth.phenomena,
                    )
                )

    def choose(self) -> Chosen:
        """The same for the same company; about one a store, at least a handful."""
        dice = Dice(self._company.options.seed, "cases chosen")
        heard = sorted(self._heard, key=lambda seed: (seed.at, seed.name))
        group, twice = _find_group(heard), _find_pair(heard)
        taken = {seed.feedback_id for seed in (*group, *twice)}
        order = dice.order([seed for seed in heard if seed.feedback_id not in taken])
        n_wanted = min(_MOST, max(_LEAST, self._company.options.n_stores))
        edge = self._company.options.last_day - timedelta(days=_LAST_DAYS - 1)
        recent = [seed for seed in order if seed.at.date() >= edge][: round(n_wanted * _SHARE_RECENT)]
        before = [seed for seed in order if seed.at.date() < edge][: n_wanted - len(recent)]
        return Chosen(single=before, recent=recent, twice=twice, group=group)


def _complains(truth: VoiceTruth) -> bool:
    return (
        truth.sentiment == "negative"
        and truth.customer is not None
        and truth.duplicate_of is None
        and bool(_worst(truth))
    )


def _worst(truth: VoiceTruth) -> str:
    return next((one.aspect for one in truth.aspects if one.polarity == "negative"), "")


def _channel(truth: VoiceTruth) -> str:
    return {"CC": "call_centre", "CH": "chat", "EM": "email"}.get(truth.external_id[:2], "")


def _find_group(heard: Sequence[Seed]) -> list[Seed]:
    """Complaints about one thing in one region and week, of different people; of the largest such heap."""
    heaps: dict[tuple[str, str, int], list[Seed]] = defaultdict(list)
    for seed in heard:
        heap = heaps[seed.region, seed.aspect, seed.at.date().toordinal() // 7]
        if all(seed.customer != one.customer for one in heap):
            heap.append(seed)
    best = max(heaps.values(), key=len, default=[])
    return best[:_GROUP] if len(best) >= _GROUP - 1 else []


def _find_pair(heard: Sequence[Seed]) -> list[Seed]:
    """Two voices of one person at one store within days."""
    last: dict[tuple[str, str], Seed] = {}
    for seed in heard:
        before = last.get((seed.customer, seed.store))
        if before is not None and seed.at - before.at <= _PAIR_WITHIN:
            return [before, seed]
        last[seed.customer, seed.store] = seed
    return []
