"""Exports of segments, and who of them may be contacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.customers.identifiers.pseudonyms import pseudonyms
from zhiyin.customers.models import Segment
from zhiyin.customers.rights.consent import Reason, may_contact_many
from zhiyin.customers.rights.purposes import CHANNELS, get_purpose
from zhiyin.customers.segments.listing import find_listed, keep_listed
from zhiyin.customers.segments.members import (
    Choice,
    Member,
    count_chosen,
    open_customers,
    read_members,
)
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

_WAYS: Mapping[str, object] = {
    "phone": gettext_lazy("By phone"),
    "sms": gettext_lazy("By text message"),
    "mail": gettext_lazy("By e-mail"),
    "wechat": gettext_lazy("By WeChat"),
    "app": gettext_lazy("In the app"),
    "letter": gettext_lazy("By letter"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a list is for; without a purpose it is only looked at, and nobody is left out."""

    purpose: str = ""
    channel: str = ""


def way_choices() -> list[tuple[str, object]]:
    """The ways of contact with their names."""
    return [(code, _WAYS.get(code, code)) for code in CHANNELS]


def read_wish(purpose: str, channel: str) -> Wish:
    """What the list is for.

    Raises:
        InvalidInput: a purpose or way that is not there, or one without the other.
    """
    if not purpose and not channel:
        return Wish()
    if not purpose:
        raise InvalidInput("Say for which purpose they would be contacted.", field="purpose")
    get_purpose(purpose)
    if channel not in CHANNELS:
        raise InvalidInput(f"Say by which channel: {', '.join(CHANNELS)}.", field="channel")
    return Wish(purpose=purpose, channel=channel)


def keep_allowed(batch: list[Member], *, wish: Wish, at: datetime) -> list[Member]:
    """Who of them may be contacted; all, where nobody is to be. Quiet hours end by themselves.

    Who is on such a list since today stays, so that a list that is fetched again is the same.
    """
    if not wish.purpose:
        return batch
    customers = [one.customer for one in batch]
    permits = may_contact_many(customers, purpose=wish.purpose, channel=wish.channel, at=at)
    listed = find_listed(customers, purpose=wish.purpose, channel=wish.channel, at=at)
    return [
        one
        for one in batch
        if (permit := permits[one.customer]).allowed
        or permit.is_for_now
        or (permit.reason is Reason.TOO_OFTEN and one.customer in listed)
    ]


def count_as_contacted(members: Iterable[Member], *, wish: Wish, at: datetime) -> None:
    """They have left on a list; nothing, where nobody is to be contacted."""
    if wish.purpose:
        keep_listed([one.customer for one in members], purpose=wish.purpose, channel=wish.channel, at=at)


def export_segment(
    request: HttpRequest, found: Segment, *, choice: Choice, scope: Scope, wish: Wish
) -> HttpResponseBase:
    """The members as a file, under pseudonyms; told to the audit trail."""
    now = timezone.now()
    with open_customers(open_engine(settings.HOME), scope=scope, now=now) as connection:
        counted = count_chosen(connection, choice)
    details: dict[str, object] = {"rows": counted.n}
    if wish.purpose:
        details |= {"purpose": wish.purpose, "channel": wish.channel}
    sent = stream_table(
        request,
        name=f"{_('segment')}-{found.pk}-{timezone.localdate(now)}",
        columns=columns_of(),
        rows=_rows(choice, scope=scope, wish=wish, now=now),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=None if wish.purpose else counted.n,
    )
    record_event("segment.exported", by=actor_of(request), target=("segment", found.pk), details=details)
    return sent


def _rows(choice: Choice, *, scope: Scope, wish: Wish, now: datetime) -> Iterator[list[Cell]]:
    left: list[Member] = []
    with open_customers(open_engine(settings.HOME), scope=scope, now=now) as connection:
        for batch in read_members(connection, choice):
            allowed = keep_allowed(batch, wish=wish, at=now)
            left += allowed if wish.purpose else []
            yield from rows_of(allowed)
    # At the end alone: of a file that may not leave only the first rows are read.
    count_as_contacted(left, wish=wish, at=now)


def columns_of() -> list[str]:
    """The headings of `rows_of`."""
    return [
        *(_("Customer"), _("Customer id"), _("Last seen"), _("Voices"), _("Average stars")),
        *(_("Orders"), _("Money spent in 12 months"), _("Contacts"), _("Channels")),
    ]


def rows_of(members: Iterable[Member]) -> Iterator[list[Cell]]:
    """A row a member, under a pseudonym."""
    kept = list(members)
    for name, one in zip(pseudonyms([member.customer for member in kept]), kept, strict=True):
        yield [
            *(name, str(one.customer), one.last_at, one.n_voices, one.stars_mean),
            *(one.n_purchases, one.amount_year, one.n_contacts, " ".join(one.channels)),
        ]
