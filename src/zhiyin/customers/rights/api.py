"""`/v1/consents`, `/v1/customers/{id}/…consents` and `/v1/data-requests`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.errors import HttpError

from zhiyin.customers.linking.queries import find_by_identifier
from zhiyin.customers.models import Consent
from zhiyin.customers.profile.person import get_person
from zhiyin.customers.rights.codes import address_key
from zhiyin.customers.rights.consent import may_contact
from zhiyin.customers.rights.requests import Ask, open_request
from zhiyin.customers.rights.saying import Statement, list_consents, record_consent
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.api import answer, with_zone
from zhiyin.listen.http.documents import answers_with, describe_type
from zhiyin.listen.items import IdentityIn
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires

router = Router(tags=["customers"])
_T = TypeVar("_T", bound=msgspec.Struct)
_MAX_BYTES = 32 * 1024


class ConsentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody said about one purpose; whose words they are is told by `customer` or `identity`.

    Empty `channel`: on all. `text_version` 0: the newest words. The same `reference` counts once.
    """

    purpose: str
    given: bool
    customer: UUID | None = None
    identity: IdentityIn | None = None
    channel: str = ""
    at: datetime | None = None
    expires_at: datetime | None = None
    text_version: int = 0
    by_guardian: bool = False
    proof: str = ""
    source: str = ""
    reference: str = ""


class ConsentOut(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of the history."""

    id: int
    purpose: str
    channel: str
    given: bool
    at: datetime
    expires_at: datetime | None
    text_version: int | None
    method: str
    source: str
    by_guardian: bool


class PermitOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the customer may be contacted; `for_now`: the refusal ends by itself, as quiet hours do."""

    allowed: bool
    reason: str
    for_now: bool
    consent_id: int | None


class DataRequestIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for about their own data; staff check who it is before anything is handed over."""

    kind: str
    words: str = ""
    contact: str = ""
    regime: str = ""
    language: str = "zh"


class DataRequestOut(msgspec.Struct, frozen=True, kw_only=True):
    """The request with its clock."""

    number: str
    kind: str
    regime: str
    status: str
    received_at: datetime
    due_at: datetime


def _takes(kind: type[msgspec.Struct], *, gives: Any) -> dict[str, Any]:
    describe_type(kind)
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"requestBody": body, **answers_with(gives)}


@router.post(
    "/consents",
    openapi_extra=_takes(ConsentIn, gives=list[ConsentOut]),
    operation_id="record_consent",
    summary="Record a consent or a withdrawal",
)
@requires(Permission.CUSTOMERS_WRITE)
def post_consent(request: HttpRequest) -> HttpResponse:
    """A yes stays with the identity that gave it, a no with every identity of the customer."""
    given = _read(request, ConsentIn)
    customer, key = _whose(given, request=request)
    statement = Statement(
        purpose=given.purpose,
        is_given=given.given,
        channel=given.channel,
        method="api",
        source=given.source,
        proof=given.proof,
        reference=given.reference,
        text_version=given.text_version,
        is_by_guardian=given.by_guardian,
        at=with_zone(given.at),
        expires_at=with_zone(given.expires_at),
    )
    rows = record_consent(customer, statement, by=actor_of(request), key=key)
    return answer([_out(row) for row in rows])


@router.get(
    "/customers/{customer_id}/consents",
    openapi_extra=answers_with(list[ConsentOut]),
    operation_id="list_consents",
    summary="Everything that a customer agreed to and took back",
)
@requires(Permission.CUSTOMERS_READ)
def get_consents(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The whole history, the newest first."""
    person = get_person(customer_id, scope=scope_of(request))
    return answer([_out(row) for row in list_consents(person.keys)])


@router.get(
    "/customers/{customer_id}/may-contact",
    openapi_extra=answers_with(PermitOut),
    operation_id="may_contact",
    summary="May we contact this customer?",
)
@requires(Permission.CUSTOMERS_READ)
def get_permit(
    request: HttpRequest,
    customer_id: UUID,
    purpose: Annotated[str, Query(description="Code of the purpose, as `survey`.")],
    channel: Annotated[str, Query(description="`phone`, `sms`, `mail`, `wechat`, `app` or `letter`.")],
    at: Annotated[datetime | None, Query(description="The moment of the contact; now if empty.")] = None,
) -> HttpResponse:
    """By consents, withdrawals, restrictions, legal holds and quiet hours; the one place that decides."""
    person = get_person(customer_id, scope=scope_of(request))
    if at is not None and not 1970 <= at.year <= 2200:
        raise InvalidInput("The time lies between 1970 and 2200.", field="at")
    permit = may_contact(person.customer, purpose=purpose, channel=channel, at=with_zone(at))
    return answer(
        PermitOut(
            allowed=permit.allowed,
            reason=permit.reason.value,
            for_now=permit.is_for_now,
            consent_id=permit.consent_id or None,
        )
    )


@router.post(
    "/data-requests",
    openapi_extra=_takes(DataRequestIn, gives=DataRequestOut),
    operation_id="open_data_request",
    summary="Hand in what somebody asks for about their own data",
)
@requires(Permission.CUSTOMERS_WRITE)
def post_request(request: HttpRequest) -> HttpResponse:
    """The clock runs from now; staff check who asks."""
    given = _read(request, DataRequestIn)
    ask = Ask(
        kind=given.kind,
        words=given.words,
        contact=given.contact,
        regime=given.regime,
        language=given.language,
        came_by="api",
    )
    made = open_request(ask, by=actor_of(request))
    return answer(
        DataRequestOut(
            number=made.number,
            kind=made.kind,
            regime=made.regime,
            status=made.status,
            received_at=made.received_at,
            due_at=made.due_at,
        )
    )


def _read(request: HttpRequest, kind: type[_T]) -> _T:
    if len(request.body) > _MAX_BYTES:
        raise HttpError(400, f"The body has more than {_MAX_BYTES:,} bytes.")
    try:
        return msgspec.json.decode(request.body, type=kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error), field=str(error).rpartition("$.")[2].strip("`")) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise HttpError(400, "It is no JSON object.") from None


def _whose(given: ConsentIn, *, request: HttpRequest) -> tuple[UUID, str]:
    """The customer and, where an identity told it, that one's key; what is another unit's is not found."""
    customer, key = given.customer, ""
    if given.identity is not None:
        named = given.identity
        customer = find_by_identifier(named.type, named.value, source=given.source)
        if named.type in ("phone", "email") and customer is not None:
            key = address_key(named.type, named.value)
    elif customer is None:
        raise InvalidInput(
            "Say whose words they are.", field="customer", next_step="Give customer or identity."
        )
    if customer is None:
        raise NotFound("Nobody is known by this identity.", next_step="Send a record of the person first.")
    return get_person(customer, scope=scope_of(request)).customer, key


def _out(row: Consent) -> ConsentOut:
    return ConsentOut(
        id=row.pk,
        purpose=row.purpose,
        channel=row.channel,
        given=row.is_given,
        at=row.at,
        expires_at=row.expires_at,
        text_version=row.text.version if row.text else None,
        method=row.method,
        source=row.source,
        by_guardian=row.is_by_guardian,
    )
