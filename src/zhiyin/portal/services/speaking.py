"""What becomes of a filled-in form: a voice always, a case where an answer is wished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhiyin.customers.linking.queries import customer_of_key
from zhiyin.listen.pipeline.masking import cover_author, mask_texts
from zhiyin.listen.services.learning import get_analyser
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import EVERYTHING
from zhiyin.portal.evidence.keeping import tie
from zhiyin.portal.models import AddedWords, SpeakLink, Submission
from zhiyin.portal.services.sealing import seal, unseal
from zhiyin.portal.services.voices import Spoken, author_of, count_once, take_in
from zhiyin.respond.contacts import Contact
from zhiyin.respond.errors import NobodyToOwn, VoiceHasCase
from zhiyin.respond.flow.matters import key_of_phone, worst_aspect
from zhiyin.respond.flow.services import Joined, Matter, open_or_join_case
from zhiyin.respond.models import Case
from zhiyin.respond.queries import find_case_by_token, read_token
from zhiyin.respond.services import CUSTOMER
from zhiyin.respond.statuses import AWAITING_STAFF

_MAX_TITLE = 60
# What a receipt begins with where the words joined a case that was there; tokens never hold it.
_JOINED = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the customer gets. `number` is empty without a case, `token` where it was shown before.

    `has_joined`: the words went into a case that was there; its number and link stand only where they were
    shown to whoever opened it, for anybody can type somebody's phone number. `due_at` says until when we
    want to have answered.
    """

    number: str = ""
    token: str = ""
    due_at: datetime | None = None
    wants_answer: bool = False
    has_phone: bool = False
    has_joined: bool = False


def hear(spoken: Spoken, *, unit: OrgUnit, link: SpeakLink | None) -> Heard:
    """The voice is on disk, and in a case if an answer is wished: in that about the same matter, else in a
    new one. Sending it twice does it once.

    Raises:
        Unavailable: database or log do not answer; the form may be sent again without harm.
    """
    feedback_id = take_in(spoken, unit=unit, link=link)
    has_phone = bool(spoken.phone)
    # Two that press the button twice meet here: the second waits, and finds what the first made.
    with transaction.atomic():
        submission = count_once(spoken, link=link)
        if not spoken.wants_answer:
            tie(spoken.form_id, feedback_id=feedback_id)
            return Heard()
        try:
            joined = _find_known(submission, spoken) or _open(spoken, unit=unit, feedback_id=feedback_id)
        except VoiceHasCase as known:
            tie(spoken.form_id, feedback_id=feedback_id)
            return _heard_before(known.number, feedback_id=feedback_id, has_phone=has_phone)
        except NobodyToOwn:
            tie(spoken.form_id, feedback_id=feedback_id)
            return Heard(wants_answer=True, has_phone=has_phone)
        case, token = joined.case, read_token(joined.case)
        tie(spoken.form_id, feedback_id=feedback_id, case=case if joined.has_joined else None)
        receipt = seal((_JOINED if joined.has_joined else "") + token, form_id=spoken.form_id)
        Submission.objects.filter(pk=submission.pk).update(receipt=receipt)
    if joined.has_joined:
        due_at = case.due_at if case.stands in AWAITING_STAFF else None
        return Heard(due_at=due_at, wants_answer=True, has_phone=has_phone, has_joined=True)
    return Heard(number=case.number, token=token, due_at=case.due_at, wants_answer=True, has_phone=has_phone)


def title_of(spoken: Spoken) -> str:
    """The first words, with private data covered: colleagues see it in lists."""
    title = " ".join(_cover(spoken).split())
    return title if len(title) <= _MAX_TITLE else f"{title[: _MAX_TITLE - 1].rstrip()}…"


def _cover(spoken: Spoken) -> str:
    return cover_author(mask_texts([spoken.text])[0], author_of(spoken))


def _find_known(submission: Submission, spoken: Spoken) -> Joined | None:
    """The case of the form when it came before."""
    if not submission.receipt:
        return None
    kept = unseal(bytes(submission.receipt), form_id=spoken.form_id)
    case = find_case_by_token(kept.removeprefix(_JOINED))
    return Joined(case=case, has_joined=kept.startswith(_JOINED)) if case is not None else None


def _heard_before(number: str, *, feedback_id: str, has_phone: bool) -> Heard:
    """Sent again after the receipt was forgotten: the number is told to whoever opened the case."""
    if Case.objects.filter(number=number, feedback_id=feedback_id).exists():
        return Heard(number=number, wants_answer=True, has_phone=has_phone)
    return Heard(wants_answer=True, has_phone=has_phone, has_joined=True)


def _open(spoken: Spoken, *, unit: OrgUnit, feedback_id: str) -> Joined:
    # Now and not by the pipeline: the case must not wait for it.
    understood = get_analyser().analyse(spoken.text)
    person = key_of_phone(spoken.phone)
    matter = Matter(
        customer=customer_of_key(person) if person else None,
        unit_id=unit.pk,
        aspect=worst_aspect(understood.opinions),
        person=person,
    )
    joined = open_or_join_case(
        feedback_id=feedback_id,
        matter=matter,
        title=title_of(spoken),
        by=CUSTOMER,
        contact=Contact(name=spoken.name, phone=spoken.phone),
        customer_words=spoken.text,
        urgency=int(understood.urgency.level),
        scope=EVERYTHING,
    )
    if joined.has_joined:
        AddedWords.objects.create(
            case=joined.case, feedback_id=feedback_id, masked=_cover(spoken), at=timezone.now()
        )
    return joined
