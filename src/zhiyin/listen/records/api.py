"""`POST /v1/records/…`: purchases, contacts, inspections, products and visits in batches."""

from __future__ import annotations

from typing import Literal

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhiyin.console.request_ids import current_request_id
from zhiyin.engine import open_engine
from zhiyin.listen.http.documents import takes_batch_of
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
from zhiyin.listen.records.items import ContactIn, InspectionIn, ProductIn, PurchaseIn, VisitIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import require_source, take_records
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

router = Router(tags=["listen"])


class RecordAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One record that is stored: `accepted` now, new or changed, or `unchanged`."""

    row: int
    id: str
    status: Literal["accepted", "unchanged"]


class RecordsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch; `errors` names row, field and reason of each record that was not taken."""

    items: list[RecordAnswer]
    errors: list[InvalidParam]


@router.post(
    "/purchases",
    openapi_extra=takes_batch_of(PurchaseIn, answer=RecordsAnswer),
    operation_id="receive_purchases",
    summary="Send purchases",
)
@requires(Permission.FEEDBACK_WRITE)
def receive_purchases(request: HttpRequest) -> HttpResponse:
    """Lines of orders. Stored when it answers; the same (source, external_id) is one line."""
    return _receive(request, code="purchases")


@router.post(
    "/contacts",
    openapi_extra=takes_batch_of(ContactIn, answer=RecordsAnswer),
    operation_id="receive_contacts",
    summary="Send contacts",
)
@requires(Permission.FEEDBACK_WRITE)
def receive_contacts(request: HttpRequest) -> HttpResponse:
    """Calls, chats and visits. Stored when it answers; the same (source, external_id) is one contact."""
    return _receive(request, code="contacts")


@router.post(
    "/inspections",
    openapi_extra=takes_batch_of(InspectionIn, answer=RecordsAnswer),
    operation_id="receive_inspections",
    summary="Send inspections",
)
@requires(Permission.FEEDBACK_WRITE)
def receive_inspections(request: HttpRequest) -> HttpResponse:
    """Items of inspections. Stored when it answers; the same (source, external_id) is one item."""
    return _receive(request, code="inspections")


@router.post(
    "/products",
    openapi_extra=takes_batch_of(ProductIn, answer=RecordsAnswer),
    operation_id="receive_products",
    summary="Send products that customers have",
)
@requires(Permission.FEEDBACK_WRITE)
def receive_products(request: HttpRequest) -> HttpResponse:
    """Products owned, with warranties. Stored when it answers; the same (source, external_id) is one."""
    return _receive(request, code="products")


@router.post(
    "/visits",
    openapi_extra=takes_batch_of(VisitIn, answer=RecordsAnswer),
    operation_id="receive_visits",
    summary="Send visits",
)
@requires(Permission.FEEDBACK_WRITE)
def receive_visits(request: HttpRequest) -> HttpResponse:
    """Visits of customers. Stored when it answers; the same (source, external_id) is one visit."""
    return _receive(request, code="visits")


def _receive(request: HttpRequest, *, code: str) -> HttpResponse:
    language = language_of(request.headers.get("Accept-Language"))
    try:
        kind = get_kind(code)
        key = visitor_of(request).key
        source = require_source(key.source if key is not None else "")
        records = read_structs(
            request.body,
            of=kind.item,
            content_type=request.headers.get("Content-Type", ""),
            encoding=request.headers.get("Content-Encoding", "").strip().lower(),
        )
        receipts = take_records(
            records,
            kind=kind,
            source=source,
            engine=open_engine(settings.HOME),
            allowed_units=scope_of(request).unit_ids,
        )
        return _answer(request, receipts, code=code, language=language)
    except ProblemError as problem:
        told = describe(problem, language=language, request_id=current_request_id())
        return HttpResponse(
            msgspec.json.encode(told),
            status=told.status,
            content_type=CONTENT_TYPE,
            headers={"Content-Language": language, **headers_of(problem)},
        )


def _answer(request: HttpRequest, receipts: list[Receipt], *, code: str, language: str) -> HttpResponse:
    errors = [
        InvalidParam(
            row=one.row, field=one.fault.field, reason=one.fault.reason(language), code=one.fault.code
        )
        for one in receipts
        if one.fault is not None
    ]
    kept = [
        RecordAnswer(row=one.row, id=one.id, status=one.status)
        for one in receipts
        if one.id is not None and one.status != "rejected"
    ]
    if not kept:
        raise ProblemError("invalid_items", invalid_params=errors)
    n_accepted = sum(one.status == "accepted" for one in kept)
    if n_accepted:
        details = {"holds": code, "records": n_accepted}
        record_event("records.received", by=actor_of(request), details=details)
    body = msgspec.json.encode(RecordsAnswer(items=kept, errors=errors))
    return HttpResponse(body, content_type="application/json")
