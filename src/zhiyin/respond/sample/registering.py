"""What the sample's cases register with the room below."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from zhiyin.engine import Engine
from zhiyin.listen.sample import Company
from zhiyin.listen.services import sample, sample_removal
from zhiyin.people.models import Account
from zhiyin.people.services import setup


def register() -> None:
    """Called once, when the app is ready."""
    if _bring not in sample.listeners:
        sample.listeners.append(_bring)
    if _take_away not in sample_removal.before_facts_go:
        sample_removal.before_facts_go.append(_take_away)
    if _welcome not in setup.on_set_up:
        setup.on_set_up.append(_welcome)
    sample_removal.FIGURE_NAMES["cases"] = _("Cases removed")
    sample_removal.FIGURE_NAMES["articles"] = _("Articles removed")


def _bring(company: Company, engine: Engine) -> sample.Listener:
    from zhiyin.respond.sample.bringing import CaseBringer

    return CaseBringer(company, engine)


def _welcome(account: Account) -> None:
    from zhiyin.respond.sample.welcoming import welcome

    welcome(account)


def _take_away(engine: Engine) -> Mapping[str, int]:
    from zhiyin.respond.sample.removing import take_away

    return take_away(engine)
