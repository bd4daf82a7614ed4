"""Shows how a customer can be reached; every showing is audited with its reason."""

from __future__ import annotations

from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.contacts import Contact
from zhiyin.respond.models import Case
from zhiyin.respond.queries.story import read_contact
from zhiyin.respond.services.changes import shorten

_MIN_REASON, _MAX_REASON = 2, 300


def reveal_contact(case: Case, *, reason: str, by: Actor) -> Contact:
    """The contact unmasked, to be shown once. The trail knows of it before it is opened.

    Raises:
        InvalidInput: no reason that says something.
    """
    given = shorten(reason, limit=_MAX_REASON)
    if len(given) < _MIN_REASON:
        raise InvalidInput("Say why you need the contact.", field="why")
    # Whoever writes a reason may write a number or a name in it.
    details = {"reason": mask_texts([given])[0]}
    record_event("case.contact_revealed", by=by, target=("case", case.number), details=details)
    return read_contact(case)
