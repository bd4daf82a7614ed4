"""Asks the customer by mail whether it is solved."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.respond.callbacks.letters import write_to_customer
from zhiyin.respond.models import SolvedQuestion


def ask_by_mail(question: SolvedQuestion) -> None:
    """Called in the transaction that asks; the letter leads to the customer's own page."""
    names = {"number": question.case.number}

    def text() -> str:
        return (
            _(
                "Is your matter %(number)s really solved? Please say yes or no on your page. If not, the same"
                " person takes it up again."
            )
            % names
        )

    write_to_customer(question.case, text, at=question.asked_at or timezone.now())
