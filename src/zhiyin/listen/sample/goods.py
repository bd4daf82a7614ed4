"""Things that last, which some members bought: a tumbler, a frother with its number and warranty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.records.items import ProductIn
from zhiyin.listen.sample.circumstances import person_plan
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.options import BEIJING

_HOUR = 15


def make_goods(company: Company) -> Iterator[ProductIn]:
    """What members have bought within the days that the sample tells of."""
    plan, options = person_plan(), company.options
    dice = Dice(options.seed, "goods")
    for number, customer in enumerate(company.customers):
        if customer.member is None or dice.roll() >= plan.share_goods:
            continue
        thing = dice.pick(plan.goods)
        day = options.first_day + timedelta(days=dice.whole(0, options.n_days - 1))
        at = datetime(day.year, day.month, day.day, _HOUR, dice.whole(0, 59), tzinfo=BEIJING)
        yield ProductIn(
            external_id=f"GOODS-{customer.code}",
            bought_at=at,
            product=thing.product,
            unit=UnitIn(code=company.stores[customer.home_store].code),
            customer=AuthorIn(identities=[IdentityIn(type="member", value=customer.member, verified=True)]),
            serial=f"TSMF{2_000_000 + number * 7}" if thing.has_serial else None,
            channel="store",
            amount=float(thing.price),
            warranty_until=at + timedelta(days=thing.warranty_days) if thing.warranty_days else None,
        )
