"""A new link to the customer's page, where the one before came into wrong hands."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhiyin.people.actors import Actor
from zhiyin.respond.models import Case, Step
from zhiyin.respond.sealing import make_token
from zhiyin.respond.services.changes import changing, write_note


def renew_link(case: Case, *, by: Actor) -> Case:
    """The page has another address from now on; the one before opens nothing, for nobody.

    It cannot be taken back: whoever had the old link must not get it again. Number and phone stay as
    they are. The story tells it, and with it the audit trail.
    """
    with changing(case, step=Step.NOTED, by=by, is_addition=True) as change:
        token = make_token(number=change.case.number)
        change.case.token_hash, change.case.token_sealed = token.hash, token.sealed
        change.case.save(update_fields=["token_hash", "token_sealed"])
        with translation.override(settings.LANGUAGE_CODE):  # colleagues read it
            write_note(change, _("The customer’s page has a new link; the old one no longer opens."), by=by)
    return change.case
