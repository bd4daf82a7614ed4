"""What the sample's customers' pages register with the rooms below."""

from __future__ import annotations

from zhiyin.engine import Engine
from zhiyin.listen.sample import Company
from zhiyin.listen.services import sample, sample_removal


def register() -> None:
    """Called once, when the app is ready, after the room that brings the cases."""
    if _bring not in sample.listeners:
        sample.listeners.append(_bring)
    if _take_away not in sample_removal.before_facts_go:
        sample_removal.before_facts_go.append(_take_away)


def _bring(company: Company, engine: Engine) -> sample.Listener:
    from zhiyin.portal.sample.bringing import PortalBringer

    return PortalBringer(company)


def _take_away(engine: Engine) -> None:
    from zhiyin.portal.sample.removing import take_away

    take_away(engine)
