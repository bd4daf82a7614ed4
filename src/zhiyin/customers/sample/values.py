"""What members received: coupons, points, a birthday's drink, and what was made good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from zhiyin.customers.value.contract import ValueIn
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.sample import Company
from zhiyin.listen.sample.circumstances import Circumstances, make_circumstances
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.options import BEIJING

# A member in three uses a coupon of a campaign, one in five turns in points; the others never open them.
_SHARE_SAVINGS, _SHARE_POINTS, _SHARE_FIX = 0.35, 0.2, 0.02
_SHARE_BIRTHDAY = 0.4
_HOUR = 14


def make_values(company: Company) -> Iterator[ValueIn]:
    """Entries of the ledger, at most one of a kind and member."""
    book = _Book(company)
    for number, about in enumerate(make_circumstances(company)):
        if company.customers[number].member:
            yield from book.of_member(company.customers[number], about)


class _Book:
    """Draws what one member received."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._dice = Dice(company.options.seed, "values")

    def of_member(self, customer: Customer, about: Circumstances) -> Iterator[ValueIn]:
        dice = self._dice
        if dice.roll() < _SHARE_SAVINGS:
            cents = 50 * dice.whole(4, 24)
            yield self._value(
                customer, "savings", day=self._day(), amount=Decimal(cents) / 100, note="优惠券"
            )
        if dice.roll() < _SHARE_POINTS:
            yield self._value(customer, "points", day=self._day(), points=10 * dice.whole(1, 30), note="积分")
        if dice.roll() < _SHARE_FIX:
            yield self._value(customer, "fix", day=self._day(), amount=Decimal(15), note="重做一杯")
        if dice.roll() < _SHARE_BIRTHDAY and (day := self._birthday(about)):
            drink = dice.pick(self._company.products)
            amount = Decimal(drink.price)
            yield self._value(
                customer, "free_service", day=day, amount=amount, note=f"生日赠饮：{drink.name}"
            )

    def _day(self) -> date:
        options = self._company.options
        return options.first_day + timedelta(days=self._dice.whole(0, options.n_days - 1))

    def _birthday(self, about: Circumstances) -> date | None:
        """The first one within the days that the sample tells of."""
        options = self._company.options
        for year in range(options.first_day.year, options.last_day.year + 1):
            day = date.fromisoformat(f"{year}{about.birthday[4:]}")
            if options.first_day <= day <= options.last_day:
                return day
        return None

    def _value(
        self,
        customer: Customer,
        kind: str,
        *,
        day: date,
        amount: Decimal | None = None,
        points: int | None = None,
        note: str,
    ) -> ValueIn:
        return ValueIn(
            external_id=f"{kind}-{customer.code}",
            occurred_at=datetime(day.year, day.month, day.day, _HOUR, tzinfo=BEIJING),
            kind=kind,
            customer=AuthorIn(
                identities=[IdentityIn(type="member", value=customer.member or "", verified=True)]
            ),
            unit=UnitIn(code=self._company.stores[customer.home_store].code),
            amount=amount,
            points=points,
            note=note,
        )
