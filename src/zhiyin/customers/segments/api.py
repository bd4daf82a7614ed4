"""`/v1/segments`: the segments, who is in them, and how many a definition would choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from zhiyin.customers.models import Segment
from zhiyin.customers.segments.contacting import Wish, count_as_contacted, keep_allowed, read_wish
from zhiyin.customers.segments.definition import read_definition, write_definition
from zhiyin.customers.segments.members import (
    Choice,
    Counted,
    choose,
    choose_of,
    count_chosen,
    list_chosen,
    open_customers,
)
from zhiyin.customers.segments.queries import get_segment, get_snapshot, list_segments
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.api import answer
from zhiyin.listen.http.documents import answers_with
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

router = Router(tags=["customers"])


class SegmentOut(msgspec.Struct, frozen=True, kw_only=True):
    """A segment; `definition` is the tree of its groups and conditions."""

    id: int
    name: str
    description: str
    version: int
    changed_at: datetime
    definition: msgspec.Raw


class SegmentDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A segment with how many customers are in it now, of how many that the asker sees."""

    segment: SegmentOut
    n_customers: int
    n_all: int


class CountOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers a definition chooses, of how many that the asker sees."""

    n_customers: int
    n_all: int


class MemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A customer of a segment; figures are of the asker's units alone."""

    customer: UUID
    last_at: datetime | None
    n_voices: int
    stars_mean: float | None
    n_purchases: int
    amount_year: float
    n_contacts: int
    channels: Sequence[str]


class MembersPage(msgspec.Struct, frozen=True, kw_only=True):
    """Customers in the order of their ids; `next_cursor` is null on the last page.

    With a purpose a page may be short, or empty, and yet not be the last.
    """

    items: Sequence[MemberOut]
    next_cursor: str | None


@router.get("/segments", openapi_extra=answers_with(list[SegmentOut]), summary="List segments")
@requires(Permission.CUSTOMERS_READ)
def list_all_segments(request: HttpRequest) -> HttpResponse:
    """Every segment by name, as it is defined now."""
    return answer([_out(one) for one in list_segments()])


@router.post("/segments/count", openapi_extra=answers_with(CountOut), summary="Count a definition")
@requires(Permission.CUSTOMERS_READ)
def count_definition(request: HttpRequest) -> HttpResponse:
    """How many customers the definition in the body would choose; nothing is kept."""
    try:
        content = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("The body is no JSON.", next_step="Send a definition.", field="body") from None
    now = timezone.now()
    counted = _count(choose(read_definition(content), now=now), scope=scope_of(request), now=now)
    return answer(CountOut(n_customers=counted.n, n_all=counted.n_all))


@router.get("/segments/{segment_id}", openapi_extra=answers_with(SegmentDetail), summary="Get a segment")
@requires(Permission.CUSTOMERS_READ)
def get_one_segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment, and how many customers are in it now."""
    found, now = get_segment(segment_id), timezone.now()
    counted = _count(choose_of(found, now=now), scope=scope_of(request), now=now)
    return answer(SegmentDetail(segment=_out(found), n_customers=counted.n, n_all=counted.n_all))


@router.get(
    "/segments/{segment_id}/customers",
    openapi_extra=answers_with(MembersPage),
    summary="List the customers of a segment",
)
@requires(Permission.CUSTOMERS_READ)
def list_segment_customers(
    request: HttpRequest,
    segment_id: int,
    snapshot: Annotated[int | None, Query(description="Id of a snapshot: who was in it then.")] = None,
    purpose: Annotated[str, Query(description="Only who may be contacted for it; needs `channel`.")] = "",
    channel: Annotated[str, Query(description="The way of the contact, as phone, sms or mail.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
) -> HttpResponse:
    """A page at a time, in the order of their ids. A list for contact is told to the audit trail."""
    found, now = get_segment(segment_id), timezone.now()
    wish = read_wish(purpose, channel)
    kept = get_snapshot(found, snapshot_id=snapshot) if snapshot is not None else None
    choice = choose_of(found, snapshot=kept, now=now)
    page = _page(choice, scope=scope_of(request), wish=wish, limit=limit, after=_after(cursor), now=now)
    if wish.purpose:
        details = {"rows": len(page.items), "purpose": wish.purpose, "channel": wish.channel}
        target = ("segment", found.pk)
        record_event("segment.exported", by=actor_of(request), target=target, details=details)
    return answer(page)


def _page(choice: Choice, *, scope: Scope, wish: Wish, limit: int, after: UUID, now: datetime) -> MembersPage:
    with open_customers(open_engine(settings.HOME), scope=scope, now=now) as connection:
        members = list_chosen(connection, choice, limit=limit + 1, after=after)
    shown = members[:limit]
    allowed = keep_allowed(shown, wish=wish, at=now)
    count_as_contacted(allowed, wish=wish, at=now)
    items = [
        MemberOut(
            customer=one.customer,
            last_at=one.last_at,
            n_voices=one.n_voices,
            stars_mean=one.stars_mean,
            n_purchases=one.n_purchases,
            amount_year=one.amount_year,
            n_contacts=one.n_contacts,
            channels=one.channels,
        )
        for one in allowed
    ]
    return MembersPage(items=items, next_cursor=str(shown[-1].customer) if len(members) > limit else None)


def _after(cursor: str | None) -> UUID:
    if not cursor:
        return UUID(int=0)
    try:
        return UUID(cursor)
    except ValueError:
        raise InvalidInput(
            "This is no cursor.", next_step="Send the `next_cursor` of the page before.", field="cursor"
        ) from None


def _count(choice: Choice, *, scope: Scope, now: datetime) -> Counted:
    with open_customers(open_engine(settings.HOME), scope=scope, now=now) as connection:
        return count_chosen(connection, choice)


def _out(one: Segment) -> SegmentOut:
    try:
        definition = write_definition(read_definition(one.definition))
    except InvalidInput:
        definition = one.definition
    return SegmentOut(
        id=one.pk,
        name=one.name,
        description=one.description,
        version=one.version,
        changed_at=one.changed_at,
        definition=msgspec.Raw(msgspec.json.encode(definition)),
    )
