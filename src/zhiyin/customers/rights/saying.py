"""Records what people agree to and take back; and the words that they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.customers.models import Consent, ConsentText
from zhiyin.customers.rights.persons import keys_of_customer
from zhiyin.customers.rights.purposes import check_channel, get_purpose, shipped_purposes
from zhiyin.customers.rights.sealing import seal_proof
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

METHODS = ("portal", "api", "staff", "paper", "import")
MAX_PROOF = 1_000
MAX_TEXT = 2_000
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_MOST_VERSIONS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody said about one purpose. Empty `channel`: on all. `proof` is kept encrypted.

    `text_version` 0 stands for the newest. `reference` makes a repetition the same statement.
    """

    purpose: str
    is_given: bool
    channel: str = ""
    method: str = "staff"
    source: str = ""
    proof: str = ""
    reference: str = ""
    text_version: int = 0
    is_by_guardian: bool = False
    at: datetime | None = None
    expires_at: datetime | None = None


def record_consent(
    customer: UUID, statement: Statement, *, by: Actor, key: str = "", within: Sequence[str] = ()
) -> list[Consent]:
    """The rows that were written: a yes for one identity, a no for all that the customer has.

    `within`: the keys that whoever says it may speak for, where they are not all. A yes belongs to the
    identity `key` (the oldest where none is named), so that it stays with the right person when a link is
    taken back; a no stays with every part.

    Raises:
        InvalidInput: purpose, channel, method, time or text is none. NotFound: nobody knows the customer.
    """
    _check(statement)
    keys = [one for one in keys_of_customer(customer) if not within or one in within]
    if not keys or (key and key not in keys):
        raise NotFound("There is no such customer.")
    of = [key or keys[0]] if statement.is_given else keys
    now = timezone.now()
    text = _text_of(statement)
    try:
        with transaction.atomic():
            rows = [
                _row(one, statement, text=text, by=by, now=now, is_first=not i) for i, one in enumerate(of)
            ]
            Consent.objects.bulk_create(rows)
            action = "consent.given" if statement.is_given else "consent.withdrawn"
            record_event(
                action,
                by=by,
                target=("customer", customer),
                details={
                    "purpose": statement.purpose,
                    "channel": statement.channel or "all",
                    "method": statement.method,
                },
            )
    except IntegrityError:
        return list(Consent.objects.filter(reference=statement.reference))
    return rows


def list_consents(keys: Sequence[str]) -> list[Consent]:
    """The whole history of these identities, the newest first."""
    rows = Consent.objects.filter(key__in=keys).select_related("text")
    return list(rows.order_by("-at", "-pk"))


def current_text(purpose: str) -> ConsentText | None:
    """The newest words of a purpose; None where nobody wrote any. Those of the package become version 1."""
    newest = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    shipped = shipped_purposes().get(purpose)
    if newest is not None or shipped is None:
        return newest
    made, _is_new = ConsentText.objects.get_or_create(
        purpose=purpose,
        version=1,
        defaults={"text_zh": shipped.text.zh, "text_en": shipped.text.en, "made_at": timezone.now()},
    )
    return made


def set_text(
    purpose: str, *, text_zh: str, text_en: str, by: Actor, account_id: int | None = None
) -> ConsentText:
    """A new version of the words; consents keep the version that they were given to.

    Raises:
        InvalidInput: no such purpose, or words that are empty or longer than 2,000 signs.
    """
    get_purpose(purpose)
    texts = [text.strip() for text in (text_zh, text_en)]
    if not all(0 < len(text) <= MAX_TEXT for text in texts):
        raise InvalidInput(f"Write 1 to {MAX_TEXT:,} signs in both languages.", field="text_zh")
    with transaction.atomic():
        before = current_text(purpose)
        if before is not None and [before.text_zh, before.text_en] == texts:
            return before
        made = ConsentText.objects.create(
            purpose=purpose,
            version=before.version + 1 if before else 1,
            text_zh=texts[0],
            text_en=texts[1],
            made_at=timezone.now(),
            made_by_id=account_id,
        )
        record_event(
            "consent_text.set", by=by, target=("consent_text", purpose), details={"version": made.version}
        )
    return made


def _check(statement: Statement) -> None:
    get_purpose(statement.purpose)
    check_channel(statement.channel)
    if statement.method not in METHODS:
        raise InvalidInput(f"The method must be one of {', '.join(METHODS)}.", field="method")
    if len(statement.proof) > MAX_PROOF or len(statement.reference) > 100:
        raise InvalidInput(f"The proof may have {MAX_PROOF:,} signs, the reference 100.", field="proof")
    if "\0" in statement.reference + statement.source:
        raise InvalidInput("Source and reference hold no NUL.", field="reference")
    if not 0 <= statement.text_version <= _MOST_VERSIONS:
        raise InvalidInput("There is no such version of the words.", field="text_version")
    for name, moment in (("at", statement.at), ("expires_at", statement.expires_at)):
        # Beyond these, moving a time to another zone has no year to go to.
        if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise InvalidInput(f"The time lies between {_FIRST_YEAR} and {_LAST_YEAR}.", field=name)
    if statement.at is not None and statement.at > timezone.now():
        raise InvalidInput("Nobody can have said it in the future.", field="at")


def _text_of(statement: Statement) -> ConsentText | None:
    if not statement.text_version:
        return current_text(statement.purpose) if statement.is_given else None
    current_text(statement.purpose)
    found = ConsentText.objects.filter(purpose=statement.purpose, version=statement.text_version).first()
    if found is None:
        raise InvalidInput("There is no such version of the words.", field="text_version")
    return found


def _row(
    key: str, statement: Statement, *, text: ConsentText | None, by: Actor, now: datetime, is_first: bool
) -> Consent:
    return Consent(
        key=key,
        purpose=statement.purpose,
        channel=statement.channel,
        is_given=statement.is_given,
        is_by_guardian=statement.is_by_guardian,
        text=text,
        method=statement.method,
        source=statement.source[:200],
        proof_sealed=seal_proof(statement.proof, key=key),
        reference=(statement.reference or None) if is_first else None,
        at=statement.at or now,
        expires_at=statement.expires_at,
        recorded_at=now,
        by_kind=by.kind,
        by_id=by.id[:64],
    )
