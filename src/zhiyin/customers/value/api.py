"""`POST /v1/value` and the statement of a customer."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from zhiyin.console.request_ids import current_request_id
from zhiyin.customers.profile.person import get_person
from zhiyin.customers.value.contract import ValueIn
from zhiyin.customers.value.entering import actor_name
from zhiyin.customers.value.reading import list_lines, sum_up, total_amount
from zhiyin.customers.value.statements import get_template, period_name, write_statement
from zhiyin.customers.value.taking import take_values
from zhiyin.engine import open_engine
from zhiyin.listen.api import answer, with_zone
from zhiyin.listen.http.documents import answers_with, takes_batch_of
from zhiyin.listen.http.problems import (
    CONTENT_TYPE,
    InvalidParam,
    ProblemError,
    describe,
    headers_of,
    language_of,
)
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.records.bodies import read_structs
from zhiyin.listen.records.taking import require_source
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

router = Router(tags=["customers"])


class ValueAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that stands in the ledger: `accepted` now, or `unchanged`, for it stood there before."""

    row: int
    id: str
    status: Literal["accepted", "unchanged"]


class ValuesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch; `errors` names row, field and reason of each entry that was refused."""

    items: list[ValueAnswer]
    errors: list[InvalidParam]


class KindOut(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind comes to: how many, money with two digits, points."""

    kind: str
    n: int
    amount: str
    points: int


class LineOut(msgspec.Struct, frozen=True, kw_only=True):
    """One entry behind the sums; `corrects` is the id of the entry that it takes back."""

    id: str
    occurred_at: datetime
    kind: str
    amount: str | None
    points: int | None
    note: str | None
    source: str
    unit_id: int | None
    corrects: str | None


class StatementOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer received in [since, until): in words, in sums, and line by line.

    `text` is empty where there is nothing to tell; `template` is the version of the words.
    """

    customer: uuid.UUID
    since: datetime
    until: datetime
    language: str
    template: int
    text: str
    total: str
    kinds: list[KindOut]
    lines: list[LineOut]


@router.post(
    "/value",
    openapi_extra=takes_batch_of(ValueIn, answer=ValuesAnswer),
    operation_id="receive_value",
    summary="Enter what customers received",
)
@requires(Permission.CUSTOMERS_WRITE)
def receive_value(request: HttpRequest) -> HttpResponse:
    """Entries of the ledger. Stored when it answers; the same (source, external_id) is entered once."""
    language = language_of(request.headers.get("Accept-Language"))
    try:
        key = visitor_of(request).key
        receipts = take_values(
            read_structs(
                request.body,
                of=ValueIn,
                content_type=request.headers.get("Content-Type", ""),
                encoding=request.headers.get("Content-Encoding", "").strip().lower(),
            ),
            source=require_source(key.source if key is not None else ""),
            engine=open_engine(settings.HOME),
            by=actor_name(actor_of(request)),
            allowed_units=scope_of(request).unit_ids,
        )
        return _receipts(request, receipts, language=language)
    except ProblemError as problem:
        told = describe(problem, language=language, request_id=current_request_id())
        return HttpResponse(
            msgspec.json.encode(told),
            status=told.status,
            content_type=CONTENT_TYPE,
            headers={"Content-Language": language, **headers_of(problem)},
        )


@router.get(
    "/customers/{customer_id}/value-statement",
    openapi_extra=answers_with(StatementOut),
    operation_id="get_value_statement",
    summary="What a customer received",
)
@requires(Permission.CUSTOMERS_READ)
def get_value_statement(
    request: HttpRequest,
    customer_id: uuid.UUID,
    since: Annotated[datetime | None, Query(description="From this time on; else from New Year.")] = None,
    until: Annotated[datetime | None, Query(description="Before this time; else up to now.")] = None,
    language: Annotated[Literal["zh", "en"], Query(description="Of the words.")] = "zh",
) -> HttpResponse:
    """The statement for receipts, pages and messages. Times without a zone are Beijing's."""
    scope = scope_of(request)
    person = get_person(customer_id, scope=scope)
    now = timezone.localtime()
    first = with_zone(since) or now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    last = with_zone(until) or now
    lines = list_lines(open_engine(settings.HOME), keys=person.keys, scope=scope, since=first, until=last)
    totals, template = sum_up(lines), get_template()
    return answer(
        StatementOut(
            customer=person.customer,
            since=first,
            until=last,
            language=language,
            template=template.version,
            text=write_statement(
                template.texts, totals=totals, language=language, period=period_name(first, last, language)
            ),
            total=f"{total_amount(totals):.2f}",
            kinds=[
                KindOut(kind=kind, n=total.n, amount=f"{total.amount:.2f}", points=total.points)
                for kind, total in totals.items()
            ],
            lines=[
                LineOut(
                    id=line.entry_id,
                    occurred_at=line.occurred_at,
                    kind=line.kind,
                    amount=None if line.amount is None else f"{line.amount:.2f}",
                    points=line.points,
                    note=line.note,
                    source=line.source,
                    unit_id=line.unit_id,
                    corrects=line.corrects,
                )
                for line in lines
            ],
        )
    )


def _receipts(request: HttpRequest, receipts: list[Receipt], *, language: str) -> HttpResponse:
    errors = [
        InvalidParam(
            row=one.row, field=one.fault.field, reason=one.fault.reason(language), code=one.fault.code
        )
        for one in receipts
        if one.fault is not None
    ]
    kept = [
        ValueAnswer(row=one.row, id=one.id, status=one.status)
        for one in receipts
        if one.id is not None and one.status != "rejected"
    ]
    if not kept:
        raise ProblemError("invalid_items", invalid_params=errors)
    n_accepted = sum(one.status == "accepted" for one in kept)
    if n_accepted:
        record_event("value.entered", by=actor_of(request), details={"records": n_accepted})
    return HttpResponse(
        msgspec.json.encode(ValuesAnswer(items=kept, errors=errors)), content_type="application/json"
    )
