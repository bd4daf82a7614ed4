"""What a customer does with the own case: solved or not, add something, withdraw it, give stars."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import cover_author, mask_texts
from zhiyin.portal.evidence.keeping import tie
from zhiyin.portal.models import AddedWords, CaseRating
from zhiyin.portal.services.voices import Spoken, author_of, take_in
from zhiyin.respond.errors import VoiceHasCase
from zhiyin.respond.flow.services import customer_spoke
from zhiyin.respond.models import Case
from zhiyin.respond.queries import read_contact
from zhiyin.respond.services import CUSTOMER, add_voice, close_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """1 to 5 for each of the three concerns, or None."""

    solved: int | None = None
    speed: int | None = None
    attitude: int | None = None


def add_words(case: Case, *, words: str, form_id: str) -> None:
    """The words are a voice of the case's unit, linked to the case; the same form again changes nothing.

    Raises:
        InvalidInput: there are no words.
        Unavailable: database or log do not answer; the form may be sent again without harm.
    """
    contact = read_contact(case)
    spoken = Spoken(form_id=form_id, text=words, name=contact.name, phone=contact.phone).tidied()
    if not spoken.text:
        raise InvalidInput("There are no words to add.", next_step="Write a few.", field="words")
    feedback_id = take_in(replace(spoken, wants_answer=True), unit=case.unit, link=None)
    with transaction.atomic():
        try:
            tie(form_id, feedback_id=feedback_id, case=case)
            add_voice(case, feedback_id=feedback_id, by=CUSTOMER)
        except VoiceHasCase:
            return
        customer_spoke(case)  # where we had asked, the next step is ours again
        masked = cover_author(mask_texts([spoken.text])[0], author_of(spoken))
        AddedWords.objects.create(case=case, feedback_id=feedback_id, masked=masked, at=timezone.now())


def withdraw(case: Case) -> Case:
    """The customer no longer needs it; the case is closed, and they may still take it up again.

    Raises:
        CaseChanged: somebody changed it meanwhile. StepImpossible: it is over already.
    """
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read the reason
        reason = _("The customer says that it is no longer needed.")
    return close_case(case, by=CUSTOMER, reason=reason)


def rate(case: Case, stars: Stars) -> None:
    """Keep the stars of this round; the first that are given stand. Empty ones are not kept."""
    if stars == Stars():
        return
    given = {
        "solved": stars.solved,
        "speed": stars.speed,
        "attitude": stars.attitude,
        "owner": case.owner,
        "at": timezone.now(),
    }
    CaseRating.objects.get_or_create(case=case, n_reopened=case.n_reopened, defaults=given)
