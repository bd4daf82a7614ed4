"""What becomes of cases when a customer is erased: that there was one stays, what was written goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.people.actors import SYSTEM
from zhiyin.respond.models import (
    Case,
    CaseAnswer,
    CaseMessage,
    CaseNote,
    CaseStatus,
    CustomerWords,
    Step,
)
from zhiyin.respond.sealing import make_token
from zhiyin.respond.services.changes import changing
from zhiyin.respond.statuses import ENDED

also_erased: list[Callable[[Case], None]] = []
"""What other packages of this room erase with the words of a case, in the same transaction."""


def erase_from_cases(feedback_ids: Sequence[str]) -> None:
    """Erase contact, title, words, notes and answers of the cases that began with these voices.

    Owner, times and steps stay. The customer's link and number no longer open a page; a case that was
    open is closed. Done again after an interruption, it changes nothing more.
    """
    for case in Case.objects.filter(feedback_id__in=feedback_ids).order_by("pk"):
        with transaction.atomic():
            _erase_words(case)
            if case.stands not in ENDED:
                _close(case)


def _erase_words(case: Case) -> None:
    locked = Case.objects.select_for_update().get(pk=case.pk)
    for model in (CustomerWords, CaseAnswer, CaseMessage, CaseNote):
        model._default_manager.filter(case=locked).delete()
    for erase in also_erased:
        erase(locked)
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it in lists
        locked.title = _("(erased with the customer’s data)")
    locked.contact_sealed = locked.phone_index = None
    token = make_token(number=locked.number)
    locked.token_hash, locked.token_sealed = token.hash, token.sealed
    locked.save()


def _close(case: Case) -> None:
    with changing(case, step=Step.CLOSED, by=SYSTEM) as change:
        change.case.status, change.case.closed_at = CaseStatus.CLOSED, timezone.now()
