"""Members' visits to the store where they enrolled: the chain's member list, as its system tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import VisitIn
from zhiyin.listen.sample.circumstances import make_circumstances, person_plan
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.datafiles import rhythm
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.knowing import Register
from zhiyin.listen.sample.options import BEIJING

PURPOSE = "办理会员"
_FIRST_HOUR, _LAST_HOUR = 10, 21
# Most were members before the days that the sample tells of; those come first.
_SHARE_BEFORE = 0.6


def make_enrolments(company: Company) -> Iterator[VisitIn]:
    """A visit of every customer who is a member; of some a second one, with a second card.

    Who enrols in the mini programme has a checked phone and is known there; who enrols at the counter
    tells a number that staff type.
    """
    dice = Dice(company.options.seed, "enrolments")
    register = Register(company, stream="enrolled with")
    for number, about in enumerate(make_circumstances(company)):
        customer = company.customers[number]
        if customer.member is None:
            continue
        at = _moment(company, dice=dice)
        identities = [IdentityIn(type="member", value=customer.member, verified=True)]
        if about.is_counter_member:
            identities.append(register.spoken_number(number))
            name: str | None = customer.name
        else:
            identities.append(register.checked_number(number))
            openid = f"wechat_openid@{rhythm().channels['app_store'].source}"
            identities.append(IdentityIn(type=openid, value=customer.wechat_openid, verified=True))
            name = _typed_name(customer, dice=dice)
        if dice.roll() < person_plan().share_enrolled_with_email:
            identities.append(IdentityIn(type="email", value=customer.email))
        yield _visit(customer, at=at, name=name, identities=identities, company=company)
        if about.second_member and about.second_phone:
            again = [
                IdentityIn(type="member", value=about.second_member, verified=True),
                IdentityIn(type="phone", value=about.second_phone, verified=True),
            ]
            later = _moment(company, dice=dice)
            yield _visit(
                customer, at=later, name=customer.name, identities=again, company=company, again=True
            )


def _typed_name(customer: Customer, *, dice: Dice) -> str | None:
    plan, roll = person_plan(), dice.roll()
    if roll < plan.share_no_name:
        return None
    return customer.nickname if roll < plan.share_no_name + plan.share_nickname_for_name else customer.name


def _moment(company: Company, *, dice: Dice) -> datetime:
    options = company.options
    is_before = dice.roll() < _SHARE_BEFORE
    day = options.first_day + timedelta(days=0 if is_before else dice.whole(0, options.n_days - 1))
    hour, minute = dice.whole(_FIRST_HOUR, _LAST_HOUR), dice.whole(0, 59)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def _visit(
    customer: Customer,
    *,
    at: datetime,
    name: str | None,
    identities: list[IdentityIn],
    company: Company,
    again: bool = False,
) -> VisitIn:
    return VisitIn(
        external_id=f"MEMBER-{customer.code}{'-2' if again else ''}",
        occurred_at=at,
        unit=UnitIn(code=company.stores[customer.home_store].code),
        customer=AuthorIn(name=name, identities=identities),
        purpose=PURPOSE,
        channel="store",
    )
