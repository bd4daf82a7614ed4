"""What the sample's people register with the other rooms."""

from __future__ import annotations

from zhiyin.engine import Engine
from zhiyin.listen.sample import Company
from zhiyin.listen.services import sample, sample_removal


def register() -> None:
    """Brings people's events, consents, value and stars with the sample company, and takes all away."""
    if _bring not in sample.on_loaded:
        sample.on_loaded.append(_bring)
    if _take_away not in sample_removal.before_facts_go:
        sample_removal.before_facts_go.append(_take_away)


def _bring(company: Company, engine: Engine) -> None:
    from zhiyin.customers.sample.bringing import bring_people

    bring_people(company, engine=engine)


def _take_away(engine: Engine) -> None:
    from zhiyin.customers.sample.removing import take_people_away

    take_people_away(engine)
