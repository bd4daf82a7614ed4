"""The customers: true persons with the identities under which the channels see them."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.listen.items import IdentityIn
from zhiyin.listen.sample.datafiles import names, places
from zhiyin.listen.sample.dice import Dice, Wheel

# Steps prime to the number of values visit each value once: unique, yet without visible order.
_STEP = 99_991
_PHONES_A_BLOCK = 10_000
_PUNCTUATION = Wheel((58, 10, 16, 8, 5, 3))
# One export brings them together and names each.
_PLATFORMS_IN_EXPORT = frozenset({"review_site", "social"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a person writes; shares are 0 to 1."""

    punctuation: int
    share_slang: float
    share_typing: float
    share_emoji: float
    is_traditional: bool
    is_english: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One true person. All of it is private and invented; phone numbers have 000x in the middle."""

    code: str
    name: str
    surname: str
    is_female: bool
    home_store: int
    phone: str
    member: str | None
    wechat_openid: str
    wechat: str
    email: str
    review_user: str
    takeaway_user: str
    social_user: str
    nickname: str
    address: str
    qq: str
    manner: Manner

    def identities(self, channel: str) -> list[IdentityIn]:
        """What this channel knows of the person."""
        users = {
            "review_site": self.review_user,
            "social": self.social_user,
            "takeaway": self.takeaway_user,
        }
        if channel in users:
            found = [IdentityIn(type=account_type(channel), value=users[channel])]
            # The takeaway platform passes on some customers' phone numbers.
            is_phone_shown = channel == "takeaway" and self.code[-1] in "05"
            return found + ([self._phone()] if is_phone_shown else [])
        if channel in {"call_centre", "survey"}:
            return (self._member() if channel == "survey" else []) or [self._phone()]
        if channel == "email":
            return [IdentityIn(type="email", value=self.email)]
        return [IdentityIn(type="wechat_openid", value=self.wechat_openid), *self._member()]

    def all_identities(self) -> list[IdentityIn]:
        """Everything by which the person may appear, in a fixed order."""
        users = {
            "review_site": self.review_user,
            "takeaway": self.takeaway_user,
            "social": self.social_user,
        }
        return [
            self._phone(),
            *self._member(),
            IdentityIn(type="wechat_openid", value=self.wechat_openid),
            IdentityIn(type="email", value=self.email),
            *(IdentityIn(type=account_type(channel), value=user) for channel, user in users.items()),
        ]

    def _phone(self) -> IdentityIn:
        return IdentityIn(type="phone", value=self.phone, verified=True)

    def _member(self) -> list[IdentityIn]:
        return [IdentityIn(type="member", value=self.member, verified=True)] if self.member else []


def account_type(channel: str, *, source: str = "") -> str:
    """The type of a platform's account: within the platform that an export names, else within `source`."""
    within = channel if channel in _PLATFORMS_IN_EXPORT else source
    return f"platform_user@{within}" if within else "platform_user"


def make_phone(number: int) -> str:
    """The mobile number of this rank; unique up to four hundred million."""
    heads = names()["phone_heads"]
    block, rest = divmod(number, len(heads) * _PHONES_A_BLOCK)
    place = rest * _STEP % (len(heads) * _PHONES_A_BLOCK)
    head, tail = divmod(place, _PHONES_A_BLOCK)
    return f"{heads[head]}{block:04d}{tail:04d}"


def make_address(dice: Dice, *, city: str) -> str:
    """A home in an invented street of a real city."""
    home = dice.pick(places().estates.split())
    street = f"{city}市{dice.pick(places().streets.split())}{dice.whole(1, 299)}号"
    return f"{street}{home}{dice.whole(1, 28)}栋{dice.whole(1, 6)}0{dice.whole(1, 6)}室"


def _manner(dice: Dice) -> Manner:
    roll = dice.roll
    return Manner(
        punctuation=_PUNCTUATION.spin(dice),
        share_slang=0.5 if roll() < 0.09 else 0.01,
        share_typing=0.4 if roll() < 0.12 else 0.02,
        share_emoji=2.4 if roll() < 0.25 else 0.5,
        is_traditional=roll() < 0.028,
        is_english=roll() < 0.013,
    )


def _openid(dice: Dice, *, number: int) -> str:
    signs = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789_-"
    return f"oTs{number:07d}" + "".join(dice.pick(signs) for _ in range(18))


def make_customer(number: int, *, dice: Dice, home_store: int, city: str) -> Customer:
    """The customer of this number (0-based), living near `home_store`."""
    words = names()
    is_female = dice.roll() < 0.64
    surname = dice.pick(words["surnames"])
    given = dice.pick(words["given_female" if is_female else "given_male"])
    latin = dice.pick(words["latin_heads"]) + dice.pick(words["latin_heads"])
    code = f"P{number + 1:06d}"
    return Customer(
        code=code,
        name=surname + given,
        surname=surname,
        is_female=is_female,
        home_store=home_store,
        phone=make_phone(number),
        member=f"TS{60_000_000 + number * 7:08d}" if dice.roll() < 0.68 else None,
        wechat_openid=_openid(dice, number=number),
        wechat=f"{latin}_{dice.whole(10, 99)}{number % 10_000:04d}",
        email=f"{latin}{number + 1}@{dice.pick(words['mail_hosts'])}",
        review_user=f"r{1_000_000 + number * 13}",
        takeaway_user=f"t{5_000_000 + number * 11}",
        social_user=f"s{2_000_000 + number * 17}",
        nickname=dice.pick(words["nick_heads"]) + dice.pick(words["nick_tails"]),
        address=make_address(dice, city=city),
        qq=f"{dice.whole(2, 9)}{number * 37 % 100_000_000:08d}",
        manner=_manner(dice),
    )
