"""Takes the steps of past appeals: opened, handed on, answered and closed, each at its time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.respond.errors import VoiceHasCase
from zhiyin.respond.models import Case
from zhiyin.respond.moment import telling_of
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.replay.appeals import Appeal, Appeals, Refused
from zhiyin.respond.replay.desks import Desk, ensure_desks
from zhiyin.respond.services import close_case, open_case, send_answer, transfer_case


class Outcome(StrEnum):
    """What became of a row."""

    REPLAYED = "replayed"
    KNOWN = "known"
    """It was replayed before."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one row: the case, or the field that is to blame and why."""

    line: int
    id: str
    outcome: Outcome
    number: str = ""
    appeal: Appeal | None = None
    field: str = ""
    reason: str = ""


def replay(appeals: Appeals, *, source: str) -> Iterator[Done]:
    """Each row once, refused ones first, then the appeals by when they were opened.

    Every appeal is one transaction: an interrupted replay goes on where it stopped, and what was replayed
    before is `KNOWN` by its id and `source`, such as the file's name. The file does not say between whom
    an appeal was handed on, so each hand-over goes to the next of a chain of desks; none is ever sent back.
    """
    yield from (_refused(one) for one in appeals.refused)
    if not appeals.appeals:
        return
    desks = ensure_desks(1 + max(one.n_transfers for one in appeals.appeals))
    for appeal in appeals.appeals:
        try:
            with transaction.atomic():
                case = _replay_one(appeal, desks=desks, source=source)
        except VoiceHasCase as error:
            yield Done(
                line=appeal.line, id=appeal.id, outcome=Outcome.KNOWN, number=error.number, appeal=appeal
            )
        except InvalidInput as error:
            yield _refused(
                Refused(line=appeal.line, id=appeal.id, field=error.field or "", reason=str(error))
            )
        else:
            yield Done(
                line=appeal.line, id=appeal.id, outcome=Outcome.REPLAYED, number=case.number, appeal=appeal
            )


def _replay_one(appeal: Appeal, *, desks: Sequence[Desk], source: str) -> Case:
    with telling_of(appeal.opened_at):
        case = open_case(
            feedback_id=voice_id(appeal, source=source),
            unit_id=desks[0].unit.pk,
            title=mask_texts([appeal.title])[0],
            by=SYSTEM,
            owner=desks[0].account,
            customer_words=appeal.text,
        )
    for number, at in enumerate(_moments(appeal), start=1):
        with telling_of(at):
            case = _hand_on(case, appeal=appeal, desks=desks, number=number)
    last = Actor.of(desks[appeal.n_transfers].account)
    with telling_of(appeal.closed_at):
        case = send_answer(case, text=appeal.reply, by=last)
        return close_case(case, by=last)


def _hand_on(case: Case, *, appeal: Appeal, desks: Sequence[Desk], number: int) -> Case:
    told = {"number": number, "total": appeal.n_transfers}
    return transfer_case(
        case,
        to=desks[number].account,
        unit=desks[number].unit,
        summary=_("Hand-over %(number)s of %(total)s. Whom it went to, the file does not say.") % told,
        reason=TransferReason.OTHER,
        by=Actor.of(desks[number - 1].account),
    )


def _moments(appeal: Appeal) -> Iterator[datetime]:
    """When it was handed on: the file does not say, so the time until the final reply is shared evenly."""
    part = (appeal.closed_at - appeal.opened_at) / (appeal.n_transfers + 1)
    return (appeal.opened_at + part * number for number in range(1, appeal.n_transfers + 1))


def voice_id(appeal: Appeal, *, source: str) -> str:
    """The id of the appeal as a voice, the same at every replay: a UUIDv7 of the time it was opened."""
    digest = hashlib.sha256(f"{source}\0{appeal.id}".encode()).digest()
    milliseconds = max(0, int(appeal.opened_at.timestamp() * 1000))
    raw = bytearray(milliseconds.to_bytes(6, "big") + digest[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(UUID(bytes=bytes(raw)))


def _refused(row: Refused) -> Done:
    return Done(line=row.line, id=row.id, outcome=Outcome.REFUSED, field=row.field, reason=row.reason)
