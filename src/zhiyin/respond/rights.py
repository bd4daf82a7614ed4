"""The cases of a person, as the person may see and take them; erasing is `services.erasing`'s."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.models import Case, CaseAnswer, CaseMessage, CustomerWords
from zhiyin.respond.sealing import unseal
from zhiyin.respond.services.erasing import erase_from_cases


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(Holder(name="cases", title=gettext_lazy("Cases"), read=_read, erase=_erase, order=50))


def _read(person: Person) -> list[Part]:
    cases = list(Case.objects.filter(feedback_id__in=person.feedback_ids).order_by("pk"))
    words = CustomerWords.objects.filter(case__in=cases)
    said: dict[int, list[str]] = {}
    for one in words.select_related("case").order_by("pk"):
        said.setdefault(one.case_id, []).append(unseal(one.sealed, purpose="words", number=one.case.number))
    answers: dict[int, list[str]] = {}
    for answer in CaseAnswer.objects.filter(case__in=cases, sent_at__isnull=False).order_by("pk"):
        answers.setdefault(answer.case_id, []).append(answer.text)
    # Questions and what was told besides stand with the answers: all of it is what we wrote to them.
    for message in CaseMessage.objects.filter(case__in=cases).exclude(text="").order_by("pk"):
        answers.setdefault(message.case_id, []).append(message.text)
    rows: list[list[Value]] = [
        [
            case.number,
            case.title,
            str(case.status),
            case.opened_at.isoformat(),
            case.closed_at.isoformat() if case.closed_at else None,
            "\n\n".join(said.get(case.pk, [])),
            "\n\n".join(answers.get(case.pk, [])),
        ]
        for case in cases
    ]
    columns = ["number", "title", "status", "opened_at", "closed_at", "your_words", "our_answers"]
    return [Part(name="cases", title=_("Cases"), columns=columns, rows=rows)] if rows else []


def _erase(person: Person) -> int:
    erase_from_cases(person.feedback_ids)
    return Case.objects.filter(feedback_id__in=person.feedback_ids).count()
