"""By what the chain's systems know a person on one occasion, with the errors that such records have."""

from __future__ import annotations

from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.sample.circumstances import (
    Circumstances,
    make_circumstances,
    person_plan,
    spoil,
)
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.datafiles import record_plan, rhythm
from zhiyin.listen.sample.dice import Dice

_TAIL = 4
_WITHIN_SOURCE = frozenset({"platform_user", "wechat_openid"})


def in_source(author: AuthorIn | None, *, source: str) -> AuthorIn | None:
    """The author as another system names them: ids that mean something in `source` alone say so."""
    if author is None:
        return None
    return AuthorIn(
        identities=[
            IdentityIn(type=f"{one.type}@{source}", value=one.value, verified=one.verified)
            if one.type in _WITHIN_SOURCE
            else one
            for one in author.identities
        ]
    )


class Register:
    """Tells who ordered, called or enrolled, from a stream of its own."""

    def __init__(self, company: Company, *, stream: str) -> None:
        self._company = company
        self._circumstances = make_circumstances(company)
        self._dice = Dice(company.options.seed, stream)
        channels = rhythm().channels
        self._app, self._takeaway = channels["app_store"].source, channels["takeaway"].source

    def orderer(self, number: int, *, channel: str) -> AuthorIn | None:
        """Who ordered, as the till or the platform has it; None where it knows nobody."""
        names = record_plan().channels
        if channel == names["takeaway"]:
            return self._on_platform(number)
        if self._dice.roll() < person_plan().share_friends_code:
            number = self._other_of(number)
        return self._in_app(number) if channel == names["app"] else self._at_counter(number)

    def receiver(self, number: int, *, is_platform: bool) -> tuple[str | None, str | None]:
        """Tail of the number and covered name on the slip of somebody's order, None where it shows none.

        Whoever orders for somebody else has that one's on it.
        """
        plan, roll = person_plan(), self._dice.roll
        if roll() < plan.share_receiver_other:
            number = self._other_of(number)
        customer, _ = self._who(number)
        tail = self._number_given(number)[-_TAIL:]
        if not is_platform:
            return (tail if roll() < plan.share_tail_in_app else None), None
        is_told, is_invented = roll() < plan.share_tail_on_platform, roll() < plan.share_receiver_invented
        name = customer.nickname if is_invented else customer.name
        return (tail if is_told else None), f"{name[:1]}**"

    def caller(self, number: int, *, is_call: bool) -> AuthorIn:
        """Who calls, by the number that shows; who writes, by the mini programme's account."""
        if is_call:
            return AuthorIn(identities=[_phone(self._number_given(number), verified=True)])
        return AuthorIn(identities=self._account(number))

    def _on_platform(self, number: int) -> AuthorIn:
        customer, about = self._who(number)
        user = IdentityIn(type=f"platform_user@{self._takeaway}", value=customer.takeaway_user)
        identities = [user]
        # The platform tells the numbers of the same people as with their voices.
        if any(one.type == "phone" for one in customer.identities("takeaway")):
            identities.append(_phone(self._own_number(number), verified=True))
        if about.is_bound:
            identities += self._member(customer)
        is_titled = self._dice.roll() < person_plan().share_title_for_name
        name = customer.surname + ("女士" if customer.is_female else "先生")
        return AuthorIn(name=name if is_titled else customer.nickname, identities=identities)

    def _in_app(self, number: int) -> AuthorIn:
        customer, about = self._who(number)
        identities = self._account(number)
        if about.is_number_bound and self._dice.roll() < person_plan().share_phone_in_app:
            identities.append(_phone(self._own_number(number), verified=True))
        return AuthorIn(name=customer.nickname, identities=identities)

    def _at_counter(self, number: int) -> AuthorIn | None:
        customer, _ = self._who(number)
        roll = self._dice.roll()
        if customer.member and roll < person_plan().share_code_at_counter:
            return AuthorIn(identities=self._member(customer))
        if roll >= 1 - person_plan().share_phone_at_counter:
            return AuthorIn(identities=[self.spoken_number(number)])
        return None

    def _account(self, number: int) -> list[IdentityIn]:
        customer, _ = self._who(number)
        openid = IdentityIn(type=f"wechat_openid@{self._app}", value=customer.wechat_openid)
        return [openid, *self._member(customer)]

    def number_left(self, number: int, *, channel: str, is_answered: bool) -> IdentityIn | None:
        """The own number that somebody leaves with a complaint to be called back; mostly None.

        Who writes a mail writes it below; on a platform the answer asks for it.
        """
        plan = person_plan()
        asked = plan.share_number_left if is_answered else 0.0
        share = plan.share_number_in_mail if channel == "email" else asked
        is_left = self._dice.roll() < share
        return _phone(self._own_number(number), verified=False) if is_left else None

    def checked_number(self, number: int) -> IdentityIn:
        """A number of the person's own, checked by a code."""
        return _phone(self._own_number(number), verified=True)

    def spoken_number(self, number: int) -> IdentityIn:
        """The number that staff heard and typed: not checked, now and then wrong."""
        phone = self._number_given(number)
        if self._dice.roll() < person_plan().share_wrong_digit:
            phone = spoil(phone, dice=self._dice)
        return _phone(phone, verified=False)

    def _number_given(self, number: int) -> str:
        """A number of the person's own, or of who lives with them."""
        partner = self._circumstances[number].partner
        if partner is not None and self._dice.roll() < person_plan().share_household_phone:
            number = partner
        return self._own_number(number)

    def _own_number(self, number: int) -> str:
        customer, about = self._who(number)
        is_second = self._dice.roll() < person_plan().share_uses_second_phone
        return about.second_phone if about.second_phone and is_second else customer.phone

    def _other_of(self, number: int) -> int:
        partner = self._circumstances[number].partner
        if partner is not None:
            return partner
        store = self._company.customers[number].home_store
        return self._dice.pick(self._company.customers_by_store[store])

    def _member(self, customer: Customer) -> list[IdentityIn]:
        return [IdentityIn(type="member", value=customer.member, verified=True)] if customer.member else []

    def _who(self, number: int) -> tuple[Customer, Circumstances]:
        return self._company.customers[number], self._circumstances[number]


def _phone(number: str, *, verified: bool) -> IdentityIn:
    return IdentityIn(type="phone", value=number, verified=verified)
