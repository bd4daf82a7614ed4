"""Shows what proves a consent, once, to who says why."""

from __future__ import annotations

from uuid import UUID

from zhiyin.customers.identifiers.services import check_reason
from zhiyin.customers.models import Consent
from zhiyin.customers.rights.sealing import open_proof
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event


def show_proof(consent: Consent, *, customer: UUID, reason: str, by: Actor) -> str:
    """The proof in clear, to be shown once and kept nowhere. The trail knows before it is opened.

    Whoever calls has checked `Permission.CUSTOMERS_REVEAL`, and that the consent is that customer's.

    Raises:
        InvalidInput: no reason that says something.
    """
    given = check_reason(reason)
    record_event(
        "consent.proof_shown",
        by=by,
        target=("customer", customer),
        details={"purpose": consent.purpose, "consent": consent.pk, "reason": given},
    )
    return open_proof(consent.proof_sealed, key=consent.key)
