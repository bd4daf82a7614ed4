"""May we contact this customer: the one place that decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from django.utils import timezone

from zhiyin.customers.models import Consent, HeldKey, Restriction
from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.frequency import count_contacts
from zhiyin.customers.rights.persons import keys_by_customer
from zhiyin.customers.rights.purposes import CHANNELS, Purpose, check_channel, get_purpose, list_purposes
from zhiyin.errors import InvalidInput

_CHUNK = 500


class Reason(StrEnum):
    """Why a contact is allowed, or is not."""

    CONSENT = "consent"
    NO_CONSENT_NEEDED = "no_consent_needed"
    NO_CONSENT = "no_consent"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    PURPOSE_OFF = "purpose_off"
    CHANNEL_OFF = "channel_off"
    UNKNOWN_CUSTOMER = "unknown_customer"
    NO_CONTACT = "no_contact"
    DECEASED = "deceased"
    CHILD = "child"
    LEGAL_HOLD = "legal_hold"
    QUIET_HOURS = "quiet_hours"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The answer. `consent_id` names the statement that decided, 0 where none did.

    `is_for_now`: the refusal ends by itself (quiet hours), so that a list may keep the customer.
    """

    allowed: bool
    reason: Reason
    consent_id: int = 0
    is_for_now: bool = False


class ContactRules(msgspec.Struct, frozen=True, kw_only=True):
    """When nobody is called or sent what rings; times of day in the company's zone.

    `most_contacts` within `within_days` of all that begin with us, whatever for; 0: as many as there are.
    """

    quiet_from: time
    quiet_until: time
    quiet_channels: tuple[str, ...] = ("phone", "sms")
    child_years: int = 14
    most_contacts: int = 3
    within_days: int = 7

    def is_quiet(self, moment: datetime, *, channel: str) -> bool:
        """Whether the moment lies in the quiet hours of the channel; they may reach over midnight."""
        if channel not in self.quiet_channels or self.quiet_from == self.quiet_until:
            return False
        clock = timezone.localtime(moment).time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until

    def begin_of_window(self, moment: datetime) -> datetime:
        """After when a contact still counts."""
        return moment - timedelta(days=self.within_days)


def may_contact(customer: UUID, *, purpose: str, channel: str, at: datetime | None = None) -> Permit:
    """Whether the customer may be contacted for the purpose on the channel, and by what.

    `at` is the moment of the contact, now where it is not given. What is not known to be allowed is
    refused.

    Raises:
        InvalidInput: there is no such purpose or channel.
    """
    return may_contact_many([customer], purpose=purpose, channel=channel, at=at)[customer]


def may_contact_many(
    customers: Iterable[UUID],
    *,
    purpose: str,
    channel: str,
    at: datetime | None = None,
    counted_at: datetime | None = None,
) -> dict[UUID, Permit]:
    """As `may_contact` for each; some fourteen queries a 500 customers.

    `counted_at`: when this very contact was counted, such as by the list that it stands on; it does not
    stand in its own way.

    Raises:
        InvalidInput: there is no such purpose or channel.
    """
    asked = get_purpose(purpose)
    if not check_channel(channel):
        raise InvalidInput("Say by which channel the customer would be contacted.", field="channel")
    moment = at or timezone.now()
    rules = read_rules("contact", ContactRules, on=timezone.localdate(moment))
    wanted = list(dict.fromkeys(customers))
    permits: dict[UUID, Permit] = {}
    for start in range(0, len(wanted), _CHUNK):
        keys = keys_by_customer(wanted[start : start + _CHUNK])
        facts = _read_facts(keys, purpose=purpose, channel=channel, at=moment)
        for customer in wanted[start : start + _CHUNK]:
            permits[customer] = _decide(asked, channel=channel, facts=facts.get(customer), at=moment)
    if asked.needs_consent:
        permits = _not_too_often(permits, rules=rules, at=moment, counted_at=counted_at)
    return {
        customer: _within_hours(permit, rules=rules, channel=channel, at=moment)
        for customer, permit in permits.items()
    }


def list_permits(customer: UUID, *, at: datetime) -> dict[tuple[str, str], Permit]:
    """As `may_contact` for each purpose that is on and each channel, by their codes; some eight queries."""
    rules = read_rules("contact", ContactRules, on=timezone.localdate(at))
    keys = keys_by_customer([customer])
    rows = list(Consent.objects.filter(key__in=keys.get(customer, ()), at__lte=at))
    stops = _read_facts(keys, purpose="", channel="", at=at).get(customer)
    is_too_often = customer in find_too_often([customer], rules=rules, at=at)
    permits = {}
    for purpose in list_purposes():
        for channel in CHANNELS if purpose.is_on else ():
            said = _latest(
                row for row in rows if row.purpose == purpose.code and row.channel in ("", channel)
            )
            facts = replace(stops, said=said) if stops else None
            permit = _decide(purpose, channel=channel, facts=facts, at=at)
            if is_too_often and purpose.needs_consent:
                permit = _too_often(permit)
            permits[purpose.code, channel] = _within_hours(permit, rules=rules, channel=channel, at=at)
    return permits


def find_too_often(
    customers: Iterable[UUID], *, rules: ContactRules, at: datetime, counted_at: datetime | None = None
) -> frozenset[UUID]:
    """Who has been contacted as often as the rules allow, whatever for."""
    if not rules.most_contacts:
        return frozenset()
    after = rules.begin_of_window(at)
    own = 1 if counted_at is not None and after < counted_at <= at else 0
    n = count_contacts(customers, after=after, until=at)
    return frozenset(customer for customer in n if n[customer] - own >= rules.most_contacts)


def _not_too_often(
    permits: dict[UUID, Permit], *, rules: ContactRules, at: datetime, counted_at: datetime | None
) -> dict[UUID, Permit]:
    allowed = [customer for customer, permit in permits.items() if permit.allowed]
    often = find_too_often(allowed, rules=rules, at=at, counted_at=counted_at)
    return permits | {customer: _too_often(permits[customer]) for customer in often}


def _too_often(permit: Permit) -> Permit:
    if not permit.allowed:
        return permit
    return Permit(allowed=False, reason=Reason.TOO_OFTEN, consent_id=permit.consent_id)


def _within_hours(permit: Permit, *, rules: ContactRules, channel: str, at: datetime) -> Permit:
    if permit.allowed and rules.is_quiet(at, channel=channel):
        return Permit(allowed=False, reason=Reason.QUIET_HOURS, consent_id=permit.consent_id, is_for_now=True)
    return permit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    said: Consent | None
    restrictions: frozenset[str]
    is_held: bool


def _decide(purpose: Purpose, *, channel: str, facts: _Facts | None, at: datetime) -> Permit:
    if facts is None:
        return _no(Reason.UNKNOWN_CUSTOMER)
    for kind, reason in _STOPS.items():
        if kind in facts.restrictions:
            return _no(reason)
    if facts.is_held:
        return _no(Reason.LEGAL_HOLD)
    if not purpose.is_on:
        return _no(Reason.PURPOSE_OFF)
    if not purpose.uses(channel):
        return _no(Reason.CHANNEL_OFF)
    return _by_consent(purpose, facts=facts, at=at)


_STOPS = {"deceased": Reason.DECEASED, "no_contact": Reason.NO_CONTACT}


def _by_consent(purpose: Purpose, *, facts: _Facts, at: datetime) -> Permit:
    said, is_child = facts.said, "child" in facts.restrictions
    if said is not None and not said.is_given:
        return _no(Reason.WITHDRAWN, said)
    if not purpose.needs_consent:
        return Permit(allowed=True, reason=Reason.NO_CONSENT_NEEDED, consent_id=said.pk if said else 0)
    if said is None:
        return _no(Reason.CHILD if is_child else Reason.NO_CONSENT)
    if said.expires_at is not None and said.expires_at <= at:
        return _no(Reason.EXPIRED, said)
    if is_child and not said.is_by_guardian:
        return _no(Reason.CHILD, said)
    return Permit(allowed=True, reason=Reason.CONSENT, consent_id=said.pk)


def _no(reason: Reason, said: Consent | None = None) -> Permit:
    return Permit(allowed=False, reason=reason, consent_id=said.pk if said else 0)


def _read_facts(
    keys: Mapping[UUID, Sequence[str]], *, purpose: str, channel: str, at: datetime
) -> dict[UUID, _Facts]:
    everything = sorted({key for of_one in keys.values() for key in of_one})
    said: dict[str, Consent] = {}
    restrictions: dict[str, set[str]] = {}
    held: set[str] = set()
    for start in range(0, len(everything), _CHUNK):
        part = everything[start : start + _CHUNK]
        for row in Consent.objects.filter(
            key__in=part, purpose=purpose, channel__in={"", channel}, at__lte=at
        ):
            said[row.key] = later_of(said.get(row.key), row)
        for key, kind in Restriction.objects.filter(key__in=part, lifted_at__isnull=True).values_list(
            "key", "kind"
        ):
            restrictions.setdefault(key, set()).add(kind)
        held.update(
            HeldKey.objects.filter(
                key__in=part, hold__lifted_at__isnull=True, hold__stops_contact=True
            ).values_list("key", flat=True)
        )
    return {
        customer: _Facts(
            said=_latest(said[key] for key in of_one if key in said),
            restrictions=frozenset(kind for key in of_one for kind in restrictions.get(key, ())),
            is_held=any(key in held for key in of_one),
        )
        for customer, of_one in keys.items()
    }


def _latest(rows: Iterable[Consent]) -> Consent | None:
    newest: Consent | None = None
    for row in rows:
        newest = later_of(newest, row)
    return newest


def later_of(one: Consent | None, other: Consent) -> Consent:
    """The statement that holds: the later one; of two at one moment the refusal."""
    if one is None:
        return other
    return max(one, other, key=lambda row: (row.at, not row.is_given, row.pk))
