"""The app's events: people look around unknown, sign in, and go on as themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from zhiyin.customers.events.checking import EVENT_PURPOSE
from zhiyin.customers.events.items import Event, EventType
from zhiyin.engine.vault import Vault
from zhiyin.listen.sample import Company
from zhiyin.listen.sample.circumstances import (
    APP_SOURCE,
    Circumstances,
    PersonPlan,
    make_circumstances,
    person_plan,
)
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.knowing import Register
from zhiyin.listen.sample.options import BEIJING
from zhiyin.people.models import OrgUnit

_FIRST_HOUR, _LAST_HOUR = 9, 22
_MOST_LOOKS = 2
_encode = msgspec.json.Encoder(order="deterministic").encode


def make_app_events(company: Company, *, vault: Vault) -> Iterator[Event]:
    """The events of everybody who has the app, in an order of persons; about five each."""
    app = _App(company, vault=vault)
    for number, about in enumerate(make_circumstances(company)):
        for place, device in enumerate(about.devices):
            yield from app.use(number, about, device=device, is_first=place == 0)


class _App:
    """Draws what one person does on one device."""

    def __init__(self, company: Company, *, vault: Vault) -> None:
        self._company = company
        self._vault = vault
        self._dice = Dice(company.options.seed, "app")
        self._register = Register(company, stream="signs in with")
        codes = [store.code for store in company.stores]
        self._units = dict(OrgUnit.objects.filter(code__in=codes).values_list("code", "pk"))

    def use(self, number: int, about: Circumstances, *, device: str, is_first: bool) -> Iterator[Event]:
        customer, dice, plan = self._company.customers[number], self._dice, person_plan()
        at = self._moment()
        for _ in range(dice.whole(1, _MOST_LOOKS)):
            yield self._event("page", customer, name="菜单", at=at, device=device)
            at += timedelta(seconds=dice.whole(5, 90))
        if not is_first and dice.roll() >= plan.share_signs_in_again:
            return
        traits = self._traits(number, customer, about, plan=plan) if is_first else {}
        user = about.app_user or ""
        yield self._event("identify", customer, at=at, device=device, user=user, traits=traits)
        for _ in range(dice.whole(1, _MOST_LOOKS)):
            at += timedelta(seconds=dice.whole(5, 200))
            product = dice.pick(self._company.products).name
            told = {"product": product}
            yield self._event(
                "track", customer, name="加入购物车", at=at, device=device, user=user, told=told
            )

    def _traits(
        self, number: int, customer: Customer, about: Circumstances, *, plan: PersonPlan
    ) -> dict[str, str]:
        roll = self._dice.roll
        traits = {"nickname": customer.nickname}
        if roll() < plan.share_app_phone:
            traits["phone"] = self._register.checked_number(number).value
        if roll() < plan.share_app_member and customer.member:
            traits["memberId"] = customer.member
        if roll() < plan.share_app_birthday:
            traits["birthday"] = about.birthday
        return traits

    def _moment(self) -> datetime:
        options, dice = self._company.options, self._dice
        day = options.first_day + timedelta(days=dice.whole(0, options.n_days - 1))
        hour, minute = dice.whole(_FIRST_HOUR, _LAST_HOUR), dice.whole(0, 59)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)

    def _event(
        self,
        type_: EventType,
        customer: Customer,
        *,
        at: datetime,
        device: str,
        name: str = "",
        user: str = "",
        traits: dict[str, str] | None = None,
        told: dict[str, str] | None = None,
    ) -> Event:
        said = f"{APP_SOURCE}\0{type_}\0{device}\0{at.isoformat()}"
        return Event(
            event_id=self._vault.blind_index(said, purpose=EVENT_PURPOSE).hex(),
            type=type_,
            name=name,
            user_id=user,
            anonymous_id=device,
            group_id="",
            previous_id="",
            properties=_encode(told) if told else b"",
            traits=_encode(traits) if traits else b"",
            unit_id=self._units.get(self._company.stores[customer.home_store].code),
            occurred_at=at,
            received_at=at,
            source=APP_SOURCE,
        )
