"""What members agreed to when they enrolled, with its proof, and what some took back later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from zhiyin.customers.models import Consent
from zhiyin.customers.rights.saying import current_text
from zhiyin.customers.rights.sealing import seal_proof
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.records.items import VisitIn
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.sample import Company
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.enrolments import make_enrolments
from zhiyin.people.actors import SYSTEM

# Boxes that are not ticked beforehand: the shares are assumptions, the lower the more it asks.
_SHARES = {"marketing": 0.45, "survey": 0.35, "care": 0.5}
_SHARE_WITHDRAWN = 0.06
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One yes or no of a member. `number` is the form's."""

    member: str
    purpose: str
    channel: str
    is_given: bool
    is_on_paper: bool
    number: str
    at: datetime


def make_consents(company: Company) -> Iterator[Said]:
    """What every member said, each purpose for itself, and what was taken back before the sample ends."""
    dice = Dice(company.options.seed, "consents")
    end = company.options.last_day
    for visit in make_enrolments(company):
        for purpose, share in _SHARES.items():
            if dice.roll() >= share:
                continue
            said = _said(visit, purpose=purpose, is_given=True, at=visit.occurred_at)
            yield said
            later = visit.occurred_at + timedelta(days=dice.whole(3, 200))
            if dice.roll() < _SHARE_WITHDRAWN and later.date() <= end:
                yield _said(visit, purpose=purpose, is_given=False, at=later)


def bring_consents(company: Company, *, vault: Vault) -> None:
    """Writes them down; what stands there already stays as it is."""
    texts = {purpose: current_text(purpose) for purpose in _SHARES}
    every = [*make_consents(company)]
    found = [read_identifier("member", one.member, source=SAMPLE_SOURCE) for one in every]
    told = [(one, identifier) for one, identifier in zip(every, found, strict=True) if identifier]
    keys = identifier_keys([identifier for _, identifier in told], vault=vault)
    now = timezone.now()
    rows = [
        Consent(
            key=key,
            purpose=one.purpose,
            channel=one.channel,
            is_given=one.is_given,
            text=texts[one.purpose] if one.is_given else None,
            method="paper" if one.is_on_paper else "api",
            source=SAMPLE_SOURCE,
            proof_sealed=seal_proof(_proof(one), key=key),
            reference=f"{one.number}-{one.purpose}-{'yes' if one.is_given else 'no'}",
            at=one.at,
            recorded_at=now,
            by_kind=SYSTEM.kind,
            by_id=SYSTEM.id,
        )
        for (one, _), key in zip(told, keys, strict=True)
    ]
    Consent.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)


def _said(visit: VisitIn, *, purpose: str, is_given: bool, at: datetime) -> Said:
    identities = visit.customer.identities if visit.customer else []
    is_on_paper = not any(one.type.startswith("wechat_openid") for one in identities)
    return Said(
        member=identities[0].value,
        purpose=purpose,
        channel="sms" if is_on_paper else "wechat",
        is_given=is_given,
        is_on_paper=is_on_paper,
        number=f"{SAMPLE_SOURCE}-{visit.external_id}",
        at=at,
    )


def _proof(said: Said) -> str:
    if not said.is_given:
        return f"短信回复 TD，{said.number}" if said.is_on_paper else f"小程序「隐私设置」关闭，{said.number}"
    return (
        f"门店入会登记表，编号 {said.number}" if said.is_on_paper else f"小程序注册页勾选，表单 {said.number}"
    )
