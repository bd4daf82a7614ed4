"""What becomes of a filled-in form: a voice always, a case where an answer is wished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.listen.pipeline.masking import cover_author, mask_texts
from zhiyin.listen.services.learning import get_analyser
from zhiyin.people.models import OrgUnit
from zhiyin.portal.evidence.keeping import tie
from zhiyin.portal.models import SpeakLink, Submission
from zhiyin.portal.services.sealing import seal, unseal
from zhiyin.portal.services.voices import Spoken, author_of, count_once, take_in
from zhiyin.respond.contacts import Contact
from zhiyin.respond.errors import NobodyToOwn, VoiceHasCase
from zhiyin.respond.models import Case
from zhiyin.respond.queries import find_case_by_token, read_token
from zhiyin.respond.services import CUSTOMER, open_case

_MAX_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the customer gets. `number` is empty without a case, `token` where it was shown before.

    `due_at` says until when we want to have answered.
    """

    number: str = ""
    token: str = ""
    due_at: datetime | None = None
    wants_answer: bool = False
    has_phone: bool = False


def hear(spoken: Spoken, *, unit: OrgUnit, link: SpeakLink | None) -> Heard:
    """The voice is on disk, and the case open if an answer is wished; sending it twice does it once.

    Raises:
        Unavailable: database or log do not answer; the form may be sent again without harm.
    """
    feedback_id = take_in(spoken, unit=unit, link=link)
    has_phone = bool(spoken.phone)
    # Two that press the button twice meet here: the second waits, and finds what the first made.
    with transaction.atomic():
        submission = count_once(spoken, link=link)
        tie(spoken.form_id, feedback_id=feedback_id)
        if not spoken.wants_answer:
            return Heard()
        try:
            case = _find_known(submission, spoken) or _open(spoken, unit=unit, feedback_id=feedback_id)
        except VoiceHasCase as known:
            return Heard(number=known.number, wants_answer=True, has_phone=has_phone)
        except NobodyToOwn:
            return Heard(wants_answer=True, has_phone=has_phone)
        token = read_token(case)
        receipt = seal(token, form_id=spoken.form_id)
        Submission.objects.filter(pk=submission.pk).update(receipt=receipt)
    return Heard(number=case.number, token=token, due_at=case.due_at, wants_answer=True, has_phone=has_phone)


def measure_urgency(text: str) -> int:
    """How urgent the text is, 0 to 3, at once: the case must not wait for the pipeline."""
    return int(get_analyser().analyse(text).urgency.level)


def title_of(spoken: Spoken) -> str:
    """The first words, with private data covered: colleagues see it in lists."""
    covered = cover_author(mask_texts([spoken.text])[0], author_of(spoken))
    title = " ".join(covered.split())
    return title if len(title) <= _MAX_TITLE else f"{title[: _MAX_TITLE - 1].rstrip()}…"


def _find_known(submission: Submission, spoken: Spoken) -> Case | None:
    """The case that the form opened when it came before."""
    if not submission.receipt:
        return None
    return find_case_by_token(unseal(bytes(submission.receipt), form_id=spoken.form_id))


def _open(spoken: Spoken, *, unit: OrgUnit, feedback_id: str) -> Case:
    return open_case(
        feedback_id=feedback_id,
        unit_id=unit.pk,
        title=title_of(spoken),
        by=CUSTOMER,
        contact=Contact(name=spoken.name, phone=spoken.phone),
        customer_words=spoken.text,
        urgency=measure_urgency(spoken.text),
    )
