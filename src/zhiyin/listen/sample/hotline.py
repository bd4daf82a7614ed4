"""Contacts with the hotline: those behind voices and those of which no words are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.listen.items import AuthorIn, FeedbackIn, UnitIn
from zhiyin.listen.records.items import ContactIn
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.datafiles import rhythm
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.knowing import Register, in_source
from zhiyin.listen.sample.options import BEIJING
from zhiyin.listen.sample.truth import VoiceTruth

_CHANNELS = ("call_centre", "chat")
_SILENT_A_VOICE = 0.9
_SHARE_AGAIN = 0.55
_SHARE_FIELD = 0.09
_MOST_CONTACTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What a customer comes about, and by which way."""

    issue: str
    channel: str
    store: str
    customer: AuthorIn | None
    is_unhappy: bool


class Hotline:
    """Makes the contacts of a company, beside its voices and in their order.

    Chats wait less than calls and are asked fewer prompts; who complains is solved for more seldom, and
    whoever was not helped mostly comes again about the same matter.
    """

    def __init__(self, company: Company) -> None:
        self._company = company
        self._dice = Dice(company.options.seed, "hotline")
        self._register = Register(company, stream="who calls")
        self._n_issues = 0

    def contacts(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]]) -> Iterator[ContactIn]:
        """The contacts of these voices, and others of the same days."""
        for item, truth in voices:
            if item.channel not in _CHANNELS or item.occurred_at is None:
                continue
            matter = _Matter(
                issue=self._next_issue(),
                channel=item.channel,
                store=truth.unit,
                customer=in_source(item.author, source=rhythm().channels[item.channel].source),
                is_unhappy=truth.sentiment in ("negative", "mixed"),
            )
            yield from self._settle(matter, at=item.occurred_at)
            if self._dice.roll() < _SILENT_A_VOICE:
                yield from self._silent(item.occurred_at)

    def _silent(self, near: datetime) -> Iterator[ContactIn]:
        dice = self._dice
        number = int(dice.roll() * len(self._company.customers))
        channel = _CHANNELS[int(dice.roll() < 0.5)]
        matter = _Matter(
            issue=self._next_issue(),
            channel=channel,
            store=self._company.stores[self._company.customers[number].home_store].code,
            customer=self._register.caller(number, is_call=channel == _CHANNELS[0]),
            is_unhappy=dice.roll() < 0.45,
        )
        yield from self._settle(matter, at=near - timedelta(minutes=dice.whole(1, 600)))

    def _next_issue(self) -> str:
        self._n_issues += 1
        return f"HL{self._n_issues:07d}"

    def _settle(self, matter: _Matter, *, at: datetime) -> Iterator[ContactIn]:
        """Every contact about one matter, until it is solved or given up."""
        dice, is_unhappy = self._dice, matter.is_unhappy
        n_told, last_day = 1, self._company.options.last_day
        for number in range(1, _MOST_CONTACTS + 1):
            n_transfers = int(dice.roll() * dice.roll() * (3.4 if is_unhappy else 2.0))
            n_told += n_transfers
            is_resolved = dice.roll() < (0.62 if is_unhappy else 0.86)
            yield self._contact(
                matter,
                number=number,
                at=at,
                n_transfers=n_transfers,
                n_told=n_told,
                is_resolved=is_resolved,
            )
            at += timedelta(hours=dice.whole(3, 90))
            if is_resolved or dice.roll() >= _SHARE_AGAIN or at.astimezone(BEIJING).date() > last_day:
                return
            n_told += 1

    def _contact(
        self,
        matter: _Matter,
        *,
        number: int,
        at: datetime,
        n_transfers: int,
        n_told: int,
        is_resolved: bool,
    ) -> ContactIn:
        dice, is_call = self._dice, matter.channel == "call_centre"
        busy = 1.8 if at.astimezone(BEIJING).hour in (12, 13, 18, 19) else 1.0
        waited = (40 if is_call else 15) + (420 if is_call else 150) * dice.roll() * dice.roll() * busy
        is_field = dice.roll() < _SHARE_FIELD
        return ContactIn(
            external_id=f"{matter.issue}-{number}",
            occurred_at=at,
            unit=UnitIn(code=matter.store),
            customer=matter.customer,
            issue=matter.issue,
            channel=matter.channel,
            is_resolved=is_resolved,
            waited_s=float(int(waited + 90 * n_transfers)),
            talked_s=float(int(60 + 400 * dice.roll() + 60 * n_transfers)),
            n_adverts=dice.whole(0, 2) if is_call else 0,
            n_prompts=dice.whole(2, 6) if is_call else dice.whole(0, 2),
            n_transfers=n_transfers,
            n_told=n_told,
            is_field=is_field,
            waiting_s=float(3600 * dice.whole(2, 50)) if is_field else None,
            travelling_s=float(60 * dice.whole(15, 80)) if is_field else None,
            arriving_s=float(60 * dice.whole(2, 25)) if is_field else None,
            served_s=float(60 * dice.whole(10, 70)) if is_field else None,
        )
