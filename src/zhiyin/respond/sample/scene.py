"""One case of the sample while it is told: its people, its words, its dice, and each step by its door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from zhiyin.customers.linking.queries import find_by_identifier
from zhiyin.knowledge.models import Article
from zhiyin.knowledge.services import mark_used
from zhiyin.listen.sample.customers import Customer
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.options import BEIJING
from zhiyin.listen.services.sample_state import STAFF_PREFIX
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.contacts import Contact
from zhiyin.respond.flow.holding import holding
from zhiyin.respond.flow.steps import Assessment, assess, finish_investigation
from zhiyin.respond.flow.urging import urge_case
from zhiyin.respond.flow.waiting import ask_customer, customer_spoke, hold_case
from zhiyin.respond.models import Case, CaseEvent, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.moods.giving import give_mood
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.queries.owners import find_first_owner
from zhiyin.respond.sample.choosing import Seed
from zhiyin.respond.sample.staff import SKILLS, Cast
from zhiyin.respond.sample.words import AspectWords, said, words_about
from zhiyin.respond.services.answering import add_note, send_answer, start_work
from zhiyin.respond.services.customer import confirm_solved, reopen_case
from zhiyin.respond.services.handing import close_case, transfer_case
from zhiyin.respond.services.opening import open_case

NOBODY_BEGAN = "untouched"
_OPENS, _CLOSES = 9, 21
_SHARE_TODAY, _SHARE_STARS = 0.3, 0.4
_SHARE_LOOKED_UP = 0.6
_BY_STAFF = frozenset({"call_centre", "chat"})


class CaseTruth(msgspec.Struct, kw_only=True):
    """What is true of one case of the sample, as it was told; the reports are measured against it.

    `is_first_late`: whether the first answer came after its time; None where that was left to chance, or
    there is no answer.
    """

    number: str
    voice: str
    story: str
    n_transfers: int = 0
    n_reopened: int = 0
    is_answered: bool = False
    is_first_late: bool | None = None
    is_call_missed: bool = False
    is_granted: bool = False


@dataclass(slots=True, kw_only=True)
class Scene:
    """What a story has at hand. `aspect` is empty where the installation's taxonomy does not know it;
    `article` helps with such complaints; `n_days_ago` is how long before the last day the voice came.
    """

    seed: Seed
    story: str
    dice: Dice
    cast: Cast
    customer: Customer
    aspect: str
    article: Article | None
    note_truth: Callable[[CaseTruth], None]
    n_days_ago: int
    pk: int = 0
    truth: CaseTruth = field(default_factory=lambda: CaseTruth(number="", voice="", story=""))

    @property
    def case(self) -> Case:
        """As it stands now."""
        return Case.objects.select_related("unit", "owner").get(pk=self.pk)

    @property
    def owner(self) -> Account:
        """Who looks after it now."""
        return self.case.owner

    @property
    def by(self) -> Actor:
        """The owner as who acts."""
        return Actor.of(self.owner)

    @property
    def words(self) -> AspectWords:
        """What is said about its aspect."""
        return words_about(self.seed.aspect)

    def after(self, *, minutes: tuple[int, int] = (0, 0), days: float = 0) -> datetime:
        """A moment so much later than now."""
        drawn = self.dice.whole(*minutes) + self.dice.roll()
        return current_moment() + timedelta(days=days, minutes=drawn)

    def at_work(self, *, days: float = 0) -> datetime:
        """The same or a later day, while people are at work."""
        return self.in_hours(self.after(minutes=(5, 170), days=days))

    def in_hours(self, at: datetime) -> datetime:
        """The moment, or the next morning where nobody is there."""
        local = at.astimezone(BEIJING)
        if _OPENS <= local.hour < _CLOSES - 1:
            return at
        day = local.date() + timedelta(days=local.hour >= _OPENS)
        start = datetime(day.year, day.month, day.day, _OPENS, tzinfo=BEIJING)
        return start + timedelta(minutes=self.dice.whole(0, 50), seconds=self.dice.whole(0, 59))

    def opens_at(self) -> datetime:
        """Soon after the voice, while people are at work."""
        return self.in_hours(self.seed.at + timedelta(minutes=self.dice.whole(4, 45)))

    def open(self) -> None:
        """The case begins; with a call the colleague who took it owns it, else whoever fits best."""
        seed, dice = self.seed, self.dice
        urgency = 3 if seed.is_urgent else 2 if dice.roll() < _SHARE_TODAY else dice.whole(0, 1)
        by = Actor.of(dice.pick(self.cast.desk)) if seed.channel in _BY_STAFF else SYSTEM
        owner = None if by.kind == "account" and self.story != NOBODY_BEGAN else self._first_owner()
        case = open_case(
            feedback_id=seed.feedback_id,
            unit_id=self.cast.units[seed.store].pk,
            title=dice.pick(self.words.titles),
            by=by,
            owner=owner,
            contact=Contact(name=self.customer.name, phone=self.customer.phone),
            urgency=urgency,
            customer=find_by_identifier("phone", self.customer.phone),
            aspect=self.aspect,
            skill=SKILLS[0] if seed.is_urgent else "",
            language="zh",
        )
        self.pk = case.pk
        self.truth = CaseTruth(number=case.number, voice=seed.name, story=self.story)
        self.note_truth(self.truth)

    def start(self) -> None:
        """The owner begins, and says what is seen at first sight."""
        start_work(self.case, by=self.by)
        severity = 4 if self.seed.is_urgent else self.dice.whole(1, 3)
        found = Assessment(
            cause=self.words.cause,
            severity=severity,
            is_safety=self.seed.is_urgent,
            aspect=self.aspect,
        )
        assess(self.case, found, by=self.by)

    def note(self, key: str) -> None:
        """Words between colleagues."""
        add_note(self.case, text=said(key), by=self.by)

    def find_out(self) -> None:
        """What was found, for colleagues."""
        finish_investigation(self.case, finding=self.words.finding, by=self.by)

    def ask(self) -> None:
        """A question to the customer."""
        ask_customer(self.case, question=self.words.question, by=self.by)

    def reply(self) -> None:
        """The customer's words to it."""
        customer_spoke(self.case, words=self.words.reply)

    def answer(self, *, text: str = "", is_late: bool | None = False) -> None:
        """What the customer gets; `is_late` is for the first one, which an article may have helped with."""
        if not self.truth.is_answered and self.article is not None and self._looks_up():
            mark_used(self.article, case_id=self.pk, asked=self.case.title)
        send_answer(self.case, text=text or self.words.answer, by=self.by)
        if not self.truth.is_answered:
            self.truth.is_answered, self.truth.is_first_late = True, is_late
        if self.dice.roll() < _SHARE_STARS:
            self._feel(Step.ANSWERED, stars=self.dice.whole(1, 3) if is_late else self.dice.whole(3, 5))

    def hand_on(self, to: Account, *, key: str, reason: TransferReason) -> None:
        """To somebody else, with what is known and why."""
        transfer_case(self.case, to=to, summary=said(key), reason=reason, by=self.by)
        self.truth.n_transfers += 1

    def hold(self, *, days: int) -> None:
        """Put aside, with a reason; the chore takes it up again."""
        until = current_moment() + timedelta(days=days)
        hold_case(self.case, until=until, reason=said("hold_reason"), told=said("hold_told"), by=self.by)

    def urge(self, key: str) -> None:
        """The customer asks for haste."""
        urge_case(self.case, words=said(key))

    def escalate(self) -> None:
        """Whoever stands above takes it over."""
        escalate(self.case, reason=said("escalate"), by=self.by)

    def say_solved(self) -> None:
        """The customer says that it is."""
        confirm_solved(self.case)

    def say_not_solved(self, key: str) -> None:
        """The customer says that it is not."""
        with holding(self.case) as (held,):
            reopen_case(held, words=said(key))
        self.truth.n_reopened += 1
        self._feel(Step.REOPENED, stars=self.dice.whole(1, 2))

    def close(self, key: str) -> None:
        """Over, without the customer's word."""
        close_case(self.case, reason=said(key), by=self.by)

    def _feel(self, step: Step, *, stars: int) -> None:
        """How the customer felt at it, as the owner saw it."""
        event = CaseEvent.objects.filter(case=self.pk, kind=step.value).order_by("-at", "-id")[0]
        give_mood(self.case, event_id=event.pk, stars=stars, by=self.by)

    def _looks_up(self) -> bool:
        """From dice of its own, so that the story goes as it would without."""
        return Dice("article", self.seed.name).roll() < _SHARE_LOOKED_UP

    def _first_owner(self) -> Account | None:
        """Nobody named, so that the best is chosen; where others work here too, one of the sample's own. Of
        those that nobody has begun the first owner of the installation gets one: to try it, or to look at.
        """
        if self.story == NOBODY_BEGAN and (visitor := find_first_owner()) is not None:
            return visitor
        if Account.objects.exclude(username__startswith=STAFF_PREFIX).exists():
            return self.cast.agent_of(self.seed.store)
        return None
