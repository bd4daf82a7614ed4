"""How customers live: second phones, households, the app; from a stream of its own, so that voices stay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from zhiyin.listen.items import IdentityIn
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.customers import Customer, account_type, make_phone
from zhiyin.listen.sample.datafiles import names, read_yaml, rhythm
from zhiyin.listen.sample.dice import Dice

_FIRST_YEAR, _LAST_YEAR = 1965, 2010
_PHONES_A_BLOCK = 10_000
_SOURCE_CHANNELS = {"review_user": "review_site", "takeaway_user": "takeaway", "social_user": "social"}
APP_SOURCE = "sample"
"""The source of the app's events."""


class Goods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing that lasts; `price` in yuan."""

    product: str
    price: int
    has_serial: bool
    warranty_days: int


class PersonPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often what is known of people, and how often it is wrong; reasons stand in the file."""

    share_enrolled_at_counter: float
    share_nickname_for_name: float
    share_no_name: float
    share_enrolled_with_email: float
    share_second_membership: float
    share_second_phone: float
    share_uses_second_phone: float
    share_in_household: float
    share_household_phone: float
    share_wrong_digit: float
    share_phone_in_app: float
    share_code_at_counter: float
    share_phone_at_counter: float
    share_friends_code: float
    share_bound_on_platform: float
    share_number_bound: float
    share_number_in_mail: float
    share_number_left: float
    share_title_for_name: float
    share_tail_on_platform: float
    share_receiver_invented: float
    share_receiver_other: float
    share_tail_in_app: float
    share_app: float
    share_second_device: float
    share_signs_in_again: float
    share_app_phone: float
    share_app_member: float
    share_app_birthday: float
    share_goods: float
    goods: list[Goods]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What stands beside a customer; `partner` is the number of who lives with them.

    `birthday` is ISO 8601. `app_user` and `devices` are the app's ids, none without the app.
    `is_number_bound`: the mini programme's account has a checked number.
    """

    birthday: str
    second_phone: str | None
    second_member: str | None
    partner: int | None
    is_bound: bool
    is_number_bound: bool
    is_counter_member: bool
    app_user: str | None
    devices: tuple[str, ...]


@cache
def person_plan() -> PersonPlan:
    """The shares."""
    return read_yaml("persons.yaml", PersonPlan)


def make_circumstances(company: Company) -> tuple[Circumstances, ...]:
    """Those of each customer, in their order; about 5 µs a customer."""
    dice = Dice(company.options.seed, "circumstances")
    partners = _partners(company)
    bound = Dice(company.options.seed, "numbers bound")
    # The numbers after the customers' own, in blocks that nobody else has.
    block = len(names()["phone_heads"]) * _PHONES_A_BLOCK
    first_free = -(-len(company.customers) // block) * block
    return tuple(
        _circumstances(
            number,
            customer,
            partner=partners.get(number),
            is_number_bound=bound.roll() < person_plan().share_number_bound or customer.member is not None,
            first_free=first_free,
            dice=dice,
        )
        for number, customer in enumerate(company.customers)
    )


def every_identity(customer: Customer, circumstances: Circumstances) -> list[IdentityIn]:
    """Everything by which the person may appear anywhere; kinds that need it name their source."""
    channels = rhythm().channels
    found = [
        IdentityIn(type="phone", value=customer.phone, verified=True),
        IdentityIn(type=f"wechat_openid@{channels['app_store'].source}", value=customer.wechat_openid),
        IdentityIn(type="email", value=customer.email),
    ]
    for field, channel in _SOURCE_CHANNELS.items():
        type_ = account_type(channel, source=channels[channel].source)
        found.append(IdentityIn(type=type_, value=getattr(customer, field)))
    members = (customer.member, circumstances.second_member)
    found += [IdentityIn(type="member", value=one, verified=True) for one in members if one]
    if circumstances.second_phone:
        found.append(IdentityIn(type="phone", value=circumstances.second_phone, verified=True))
    if circumstances.app_user:
        found.append(IdentityIn(type="customer", value=circumstances.app_user))
    return found + [IdentityIn(type=f"anonymous@{APP_SOURCE}", value=one) for one in circumstances.devices]


def spoil(phone: str, *, dice: Dice) -> str:
    """The number as it is misheard: one of its last digits is another, or two neighbours changed places."""
    place = dice.whole(3, len(phone) - 2)
    if dice.roll() < 0.3 and phone[place] != phone[place + 1]:
        return phone[:place] + phone[place + 1] + phone[place] + phone[place + 2 :]
    digit = (int(phone[place]) + dice.whole(1, 9)) % 10
    return f"{phone[:place]}{digit}{phone[place + 1 :]}"


def _partners(company: Company) -> dict[int, int]:
    dice, share = Dice(company.options.seed, "households"), person_plan().share_in_household
    found: dict[int, int] = {}
    for numbers in company.customers_by_store:
        for one, other in zip(numbers[::2], numbers[1::2], strict=False):
            if dice.roll() < share:
                found |= {one: other, other: one}
    return found


def _circumstances(
    number: int,
    customer: Customer,
    *,
    partner: int | None,
    is_number_bound: bool,
    first_free: int,
    dice: Dice,
) -> Circumstances:
    plan, roll = person_plan(), dice.roll
    year, month, day = dice.whole(_FIRST_YEAR, _LAST_YEAR), dice.whole(1, 12), dice.whole(1, 28)
    second_phone = make_phone(first_free + number) if roll() < plan.share_second_phone else None
    is_member = customer.member is not None
    has_second = roll() < plan.share_second_membership and is_member and second_phone is not None
    has_app = roll() < plan.share_app and is_member
    n_devices = 1 + (roll() < plan.share_second_device)
    return Circumstances(
        birthday=f"{year}-{month:02d}-{day:02d}",
        second_phone=second_phone,
        second_member=f"TS{60_000_000 + number * 7 + 3:08d}" if has_second else None,
        partner=partner,
        is_bound=is_member and roll() < plan.share_bound_on_platform,
        is_number_bound=is_number_bound,
        is_counter_member=roll() < plan.share_enrolled_at_counter,
        app_user=f"u{700_000 + number * 19}" if has_app else None,
        devices=tuple(f"{_sign(dice)}-{number:07d}-{i}" for i in range(n_devices)) if has_app else (),
    )


def _sign(dice: Dice) -> str:
    return f"{int(dice.roll() * 2**32):08x}"
