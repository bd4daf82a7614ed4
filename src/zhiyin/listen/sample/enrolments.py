"""Members' visits to the store where they enrolled: the chain's member list, as its system tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import VisitIn
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.options import BEIJING

PURPOSE = "办理会员"
_FIRST_HOUR, _LAST_HOUR = 10, 21
_SHARE_WITH_EMAIL = 0.2
# Most were members before the days that the sample tells of; those come first.
_SHARE_BEFORE = 0.6


def make_enrolments(company: Company) -> Iterator[VisitIn]:
    """A visit of every customer who is a member, with the member number and the phone that was checked."""
    dice = Dice(company.options.seed, "enrolments")
    for customer in company.customers:
        if customer.member:
            yield _enrolment(customer, company=company, dice=dice)


def _enrolment(customer: Customer, *, company: Company, dice: Dice) -> VisitIn:
    options = company.options
    is_before = dice.roll() < _SHARE_BEFORE
    day = options.first_day + timedelta(days=0 if is_before else dice.whole(0, options.n_days - 1))
    hour, minute = dice.whole(_FIRST_HOUR, _LAST_HOUR), dice.whole(0, 59)
    identities = [
        IdentityIn(type="member", value=customer.member or "", verified=True),
        IdentityIn(type="phone", value=customer.phone, verified=True),
    ]
    if dice.roll() < _SHARE_WITH_EMAIL:
        identities.append(IdentityIn(type="email", value=customer.email))
    return VisitIn(
        external_id=f"MEMBER-{customer.code}",
        occurred_at=datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING),
        unit=UnitIn(code=company.stores[customer.home_store].code),
        customer=AuthorIn(name=customer.name, identities=identities),
        purpose=PURPOSE,
        channel="store",
    )
