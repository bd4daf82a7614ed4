"""Requests of people about their own data: opened, checked, answered in time, proven."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.customers.models import RequestStep, RightsRequest
from zhiyin.customers.rights.clock import due_at, extended, read_clock
from zhiyin.customers.rights.erasing import order_erasure
from zhiyin.customers.rights.persons import keys_of_customer
from zhiyin.customers.rights.sealing import seal_words
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

KINDS = ("access", "copy", "correct", "delete", "withdraw", "explain", "complain")
WAYS = ("portal", "staff", "api")
CHECKS = ("code_phone", "code_mail", "document", "call_back", "in_person")
OPEN = ("new", "open")
MAX_WORDS = 2_000
_MAX_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody asks for. `words` and `contact` are kept encrypted; empty `regime` is the usual one.

    `keys`: the identities that it is about, where they are not all of the customer's.
    """

    kind: str
    words: str = ""
    contact: str = ""
    customer: UUID | None = None
    keys: Sequence[str] = ()
    came_by: str = "portal"
    regime: str = ""
    language: str = "zh"
    checked_how: str = ""


def open_request(ask: Ask, *, by: Actor, now: datetime | None = None) -> RightsRequest:
    """The request, with its clock running.

    Raises:
        InvalidInput: a part is none of the known ones, or too long.
    """
    _check(ask)
    moment = now or timezone.now()
    rules = read_clock(on=timezone.localdate(moment))
    code = ask.regime or rules.regime
    keys = [*ask.keys] or (keys_of_customer(ask.customer) if ask.customer else [])
    for _attempt in range(5):
        number = _next_number(moment)
        try:
            with transaction.atomic():
                request = RightsRequest.objects.create(
                    number=number,
                    kind=ask.kind,
                    regime=code,
                    came_by=ask.came_by,
                    customer=ask.customer,
                    keys=keys,
                    words_sealed=seal_words(ask.words.strip(), number=number, part="words"),
                    contact_sealed=seal_words(ask.contact.strip(), number=number, part="contact"),
                    language=ask.language[:8],
                    status="open" if ask.checked_how else "new",
                    checked_how=ask.checked_how,
                    checked_at=moment if ask.checked_how else None,
                    received_at=moment,
                    due_at=due_at(rules.get(code), received_at=moment),
                )
                _step(request, "received", by=by, note=ask.checked_how)
                record_event(
                    "rights_request.received",
                    by=by,
                    target=("rights_request", number),
                    details={"kind": ask.kind},
                )
            return request
        except IntegrityError:
            continue  # another one took the number at the same moment
    raise Conflict("Too many requests came at one moment.", next_step="Send it again.")


def check_identity(request_id: int, *, customer: UUID, how: str, by: Actor) -> RightsRequest:
    """It is known who asks, and how that was found out; only then anything is handed over or erased.

    Raises:
        NotFound: no such request or customer. InvalidInput: no such way. Conflict: it has ended.
    """
    if how not in CHECKS:
        raise InvalidInput(f"The way must be one of {', '.join(CHECKS)}.", field="how")
    keys = keys_of_customer(customer)
    if not keys:
        raise NotFound("There is no such customer.")
    with transaction.atomic():
        request = _locked(request_id)
        request.customer, request.keys, request.checked_how = customer, keys, how
        request.checked_at, request.status = timezone.now(), "open"
        request.save()
        _done(request, "checked", by=by, note=how)
    return request


def extend(request_id: int, *, reason: str, by: Actor) -> RightsRequest:
    """More time, once, where the law knows it.

    Raises:
        NotFound, Conflict: no such request, ended, extended before, or no extension. InvalidInput: no reason.
    """
    given = _reason(reason)
    with transaction.atomic():
        request = _locked(request_id)
        if request.extended_at is not None:
            raise Conflict("The time was extended before.", next_step="Answer, or refuse with a reason.")
        regime = read_clock(on=timezone.localdate(request.received_at)).get(request.regime)
        request.due_at = extended(regime, due=request.due_at)
        request.extended_at = timezone.now()
        request.save()
        _done(request, "extended", by=by, note=given)
    return request


def refuse(request_id: int, *, reason: str, by: Actor) -> RightsRequest:
    """Ended without what was asked for; the person is told `reason` and where to complain.

    Raises:
        NotFound: none. Conflict: ended before. InvalidInput: no reason.
    """
    return _end(request_id, status="refused", reason=_reason(reason), by=by)


def withdraw_request(request_id: int, *, by: Actor) -> RightsRequest:
    """Ended because the person no longer wants it.

    Raises:
        NotFound: none. Conflict: ended before.
    """
    return _end(request_id, status="withdrawn", reason="", by=by)


def complete(request_id: int, *, answer: str, by: Actor, package: bytes = b"") -> RightsRequest:
    """Ended with what was asked for. A deletion is put into the erasure ledger; of a package its hash stays.

    Raises:
        NotFound: none. Conflict: ended before, nobody checked who asks, or a legal hold keeps the data.
        Unavailable: the ledger cannot be written.
    """
    with transaction.atomic():
        request = _locked(request_id)
        if not request.checked_how or request.customer is None:
            raise Conflict(
                "Nobody has checked who asks.", next_step="Check the identity first, then hand anything over."
            )
        proof: dict[str, object] = {"kind": request.kind, "checked": request.checked_how}
        if request.kind == "delete":
            entry = order_erasure(request.customer, by=by, why=request.number, keys=request.keys)
            proof["entry"] = str(entry)
        if package:
            proof["package_sha256"] = hashlib.sha256(package).hexdigest()
        return _finish(request, status="done", reason=answer.strip()[:_MAX_REASON], by=by, proof=proof)


def list_steps(request: RightsRequest) -> Sequence[RequestStep]:
    """What was done with it, in order."""
    return list(request.steps.order_by("pk"))


def proof_document(request: RightsRequest) -> bytes:
    """What was done and when, as canonical JSON without private data; its SHA-256 is `proof_hash`.

    What the background adds later (how much was erased) stands in the page, not in this document.
    """
    told = {
        "number": request.number,
        "kind": request.kind,
        "regime": request.regime,
        "status": request.status,
        "received_at": request.received_at.isoformat(),
        "due_at": request.due_at.isoformat(),
        "ended_at": request.ended_at.isoformat() if request.ended_at else None,
        "checked_how": request.checked_how,
        "proof": {
            name: value for name, value in request.proof.items() if name not in ("erased", "erased_at")
        },
    }
    return msgspec.json.encode(told, order="deterministic")


def _end(request_id: int, *, status: str, reason: str, by: Actor) -> RightsRequest:
    with transaction.atomic():
        return _finish(_locked(request_id), status=status, reason=reason, by=by, proof={})


def _finish(
    request: RightsRequest, *, status: str, reason: str, by: Actor, proof: dict[str, object]
) -> RightsRequest:
    request.status, request.reason, request.proof = status, reason, proof
    request.ended_at = timezone.now()
    request.proof_hash = hashlib.sha256(proof_document(request)).hexdigest()
    request.save()
    _done(request, status, by=by)
    return request


def _locked(request_id: int) -> RightsRequest:
    request = RightsRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    if request.status not in OPEN:
        raise Conflict("The request has ended.", next_step="Open a new one.")
    return request


def _done(request: RightsRequest, step: str, *, by: Actor, note: str = "") -> None:
    _step(request, step, by=by, note=note)
    record_event(f"rights_request.{step}", by=by, target=("rights_request", request.number))


def _step(request: RightsRequest, step: str, *, by: Actor, note: str = "") -> None:
    RequestStep.objects.create(
        request=request, step=step, note=note[:500], by_kind=by.kind, by_id=by.id[:64], at=timezone.now()
    )


def _check(ask: Ask) -> None:
    if ask.kind not in KINDS:
        raise InvalidInput(f"The kind must be one of {', '.join(KINDS)}.", field="kind")
    if ask.came_by not in WAYS or (ask.checked_how and ask.checked_how not in CHECKS):
        raise InvalidInput("The way is unknown.", field="came_by")
    if len(ask.words) > MAX_WORDS or len(ask.contact) > 200:
        raise InvalidInput(
            f"Keep the words within {MAX_WORDS:,} signs, the contact within 200.", field="words"
        )


def _reason(reason: str) -> str:
    given = reason.strip()
    if not given or len(given) > _MAX_REASON:
        raise InvalidInput("Say why, in a sentence that the person can understand.", field="reason")
    return given


def _next_number(moment: datetime) -> str:
    month = f"R{timezone.localdate(moment):%y%m}-"
    last = RightsRequest.objects.filter(number__startswith=month).order_by("-number").first()
    return f"{month}{int(last.number[-5:]) + 1 if last else 1:05d}"
