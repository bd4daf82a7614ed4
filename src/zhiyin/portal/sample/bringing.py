"""Stars of the sample's customers for how their matter was dealt with, and three entries for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import msgspec
from django.utils import timezone

from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.sample import Company, VoiceTruth
from zhiyin.listen.sample.dice import Dice
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.units import ensure_root
from zhiyin.portal.models import CaseRating, SaidAndDone
from zhiyin.portal.said.services import Entry, publish_entry, save_entry
from zhiyin.respond.models import Case, CaseStatus

# Of those who said that it is solved, more than every second gives stars.
_SHARE_RATED = 0.55
_MOST = 5


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, in both languages; done since so many days before the sample's last one."""

    title_zh: str
    title_en: str
    said_zh: str
    said_en: str
    done_zh: str
    done_en: str
    days_ago: int


@cache
def list_told() -> tuple[Told, ...]:
    """The entries that come along."""
    content = files("zhiyin.portal.sample").joinpath("said.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=tuple[Told, ...])


class PortalBringer:
    """Hears which cases are the sample's, and adds what their customers did; twice adds nothing."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._names: dict[str, str] = {}

    def hear(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]], receipts: Sequence[Receipt]) -> None:
        """Keep what each voice is called by its source: its id here differs from home to home."""
        for (_, truth), receipt in zip(voices, receipts, strict=True):
            if receipt.id:
                self._names[receipt.id] = f"{truth.source}/{truth.external_id}"

    def finish(self) -> None:
        """Once the cases are here."""
        solved = Case.objects.filter(status=CaseStatus.SOLVED.value).order_by("pk")
        rated = [self._rate(case) for case in solved if case.feedback_id in self._names]
        CaseRating.objects.bulk_create([one for one in rated if one is not None], ignore_conflicts=True)
        if not SaidAndDone.objects.exists():
            for told in list_told():
                self._tell(told, last_day=self._company.options.last_day)

    def _rate(self, case: Case) -> CaseRating | None:
        """Better where it was solved at once, worse where it was handed about."""
        dice = Dice(self._company.options.seed, "rating", self._names[case.feedback_id])
        if dice.roll() >= _SHARE_RATED or case.closed_at is None:
            return None
        spoiled = case.n_reopened + case.n_transfers / 2 + case.n_urged / 2
        stars = [min(_MOST, max(1, round(4.5 - spoiled + 0.6 * dice.bell()))) for _ in range(3)]
        at = case.closed_at + timedelta(minutes=1)
        return CaseRating(
            case=case,
            owner_id=case.owner_id,
            n_reopened=case.n_reopened,
            solved=stars[0],
            speed=stars[1],
            attitude=stars[2],
            at=at,
        )

    def _tell(self, told: Told, *, last_day: date) -> None:
        words = {name: getattr(told, name) for name in told.__struct_fields__ if name != "days_ago"}
        since = min(last_day, timezone.localdate()) - timedelta(days=told.days_ago)
        row = save_entry(Entry(unit=ensure_root(), since=since, **words), by=SYSTEM, scope=EVERYTHING)
        publish_entry(row, by=SYSTEM)
