"""Whoever still looks after open cases cannot be shut out: they are handed over first."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.people import objections
from zhiyin.people.models import Account
from zhiyin.people.objections import Objection
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.queries import count_open


def add_to_leaving() -> None:
    """Be asked before an account is shut; again, it changes nothing."""
    if object_to_open_cases not in objections.objections:
        objections.objections.append(object_to_open_cases)


def object_to_open_cases(account: Account) -> Objection | None:
    """How many open cases the account owns, with the page by which they are handed over."""
    n_open = count_open(scope=EVERYTHING, owner=account)
    if not n_open:
        return None
    text = ngettext(
        "%(name)s still looks after %(n)d open case. Hand it over first.",
        "%(name)s still looks after %(n)d open cases. Hand them over first.",
        n_open,
    )
    return Objection(
        text=text % {"name": account, "n": n_open},
        url=reverse("case_hand_over_all", args=[account.pk]),
        link=_("Hand the cases over"),
    )
