"""Shows an identifier to who may see it; every showing is audited with its reason."""

from __future__ import annotations

from django.conf import settings

from zhiyin.customers.identifiers.queries import get_identity
from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

MIN_REASON = 4
MAX_REASON = 300


def reveal_identity(identity_id: int, *, by: Actor, reason: str, scope: Scope) -> str:
    """The identifier in clear, to be shown once and kept nowhere. The trail knows before it is opened.

    Whoever calls has checked `Permission.CUSTOMERS_REVEAL`; `scope` is that permission's.

    Raises:
        NotFound: no such identity in the scope. InvalidInput: no reason that says something.
    """
    given = check_reason(reason)
    identity = get_identity(identity_id, scope=scope)
    record_event(
        "identifier.revealed",
        by=by,
        target=("customer", identity.customer),
        details={"type": identity.type, "reason": given},
    )
    return open_identity(identity, vault=open_engine(settings.HOME).vault)


def check_reason(reason: str) -> str:
    """The reason as the trail may keep it: private data in it covered.

    Raises:
        InvalidInput: it says nothing.
    """
    given = reason.strip()
    if len(given) < MIN_REASON:
        raise InvalidInput("Say why you need to see it.", field="reason")
    return mask_texts([given[:MAX_REASON]])[0]
