"""What happened in a case and what was written in it; what it holds encrypted, opened."""

from __future__ import annotations

import msgspec

from zhiyin.respond.contacts import Contact
from zhiyin.respond.models import Case, CaseAnswer, CaseEvent, CustomerWords
from zhiyin.respond.sealing import unseal
from zhiyin.respond.statuses import CUSTOMER_STEPS


def list_events(case: Case, *, for_customer: bool = False) -> list[CaseEvent]:
    """Every step from the first on, with who took it and what was written. One query.

    `for_customer` leaves out what is between colleagues; of what is left only kind, time, status and
    `answer` are the customer's business, never `note`.
    """
    events = CaseEvent.objects.filter(case=case).select_related(
        "actor", "owner_from", "owner_to", "note", "answer", "words"
    )
    if for_customer:
        events = events.filter(kind__in=sorted(step.value for step in CUSTOMER_STEPS))
    return list(events.order_by("at", "id"))


def list_answers(case: Case) -> list[CaseAnswer]:
    """The answers that the customer got, the first first."""
    return list(CaseAnswer.objects.filter(case=case, sent_at__isnull=False).order_by("sent_at", "pk"))


def find_draft(case: Case) -> CaseAnswer | None:
    """The answer that is being written, with its author."""
    return CaseAnswer.objects.select_related("author").filter(case=case, sent_at__isnull=True).first()


def list_feedback_ids(case: Case) -> list[str]:
    """Ids of the voices that the case is about, the one it began with first."""
    return list(case.voices.order_by("added_at", "pk").values_list("feedback_id", flat=True))


def read_words(case: Case) -> list[str]:
    """What the customer wrote into the case, unmasked, the first first. For the customer's own eyes."""
    words = CustomerWords.objects.filter(case=case).order_by("at", "pk")
    return [read_one(one, case=case) for one in words]


def read_one(words: CustomerWords, *, case: Case) -> str:
    """These words as the customer wrote them."""
    return unseal(words.sealed, purpose="words", number=case.number)


def read_contact(case: Case) -> Contact:
    """How the customer can be reached, unmasked; pages show `.masked()` of it."""
    if case.contact_sealed is None:
        return Contact()
    text = unseal(case.contact_sealed, purpose="contact", number=case.number)
    return msgspec.json.decode(text, type=Contact)


def read_token(case: Case) -> str:
    """The token of the customer's link, for staff who send the link again."""
    return unseal(case.token_sealed, purpose="token", number=case.number)
