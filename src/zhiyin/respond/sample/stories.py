"""How cases go: each story is a generator that tells when its next step is, and then takes it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from zhiyin.people.models import Account
from zhiyin.respond.moment import current_moment
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.sample.scene import Scene
from zhiyin.respond.services.answering import set_due

Story = Generator[datetime, None, None]
Teller = Callable[[Scene], Story]
# Longer than any first answer may take, also over the longest public holidays.
_FAR_TOO_LATE = (12, 14)
_ASKED_BY_THEN = 4


def begin(s: Scene) -> Story:
    """Opened, and soon somebody is at it."""
    yield s.opens_at()
    s.open()
    yield s.after(minutes=(4, 18))
    s.start()


def end(s: Scene) -> Story:
    """The customer says yes, at once or when asked, or nothing at all."""
    roll = s.dice.roll()
    if roll < 0.3:
        yield s.after(minutes=(30, 900))
        s.say_solved()
    elif roll < 0.72:
        yield s.after(minutes=(120, 1500), days=_ASKED_BY_THEN)
        s.say_solved()
    elif roll < 0.88:
        yield s.at_work(days=8)
        s.close("silent_close")


def quick(s: Scene) -> Story:
    """Answered within the hour, by one person."""
    yield from begin(s)
    yield s.after(minutes=(10, 35))
    if s.dice.roll() < 0.6:
        s.find_out()
    s.answer()
    yield from end(s)


def asked(s: Scene) -> Story:
    """A question first; its time is not ours."""
    yield from begin(s)
    yield s.after(minutes=(5, 20))
    s.ask()
    yield s.at_work(days=0.4)
    s.reply()
    yield s.after(minutes=(8, 30))
    s.find_out()
    s.answer()
    yield from end(s)


def held(s: Scene) -> Story:
    """Put aside until a report is there."""
    yield from begin(s)
    yield s.after(minutes=(20, 60))
    days = s.dice.whole(2, 5)
    s.hold(days=days)
    yield s.at_work(days=days + 1)
    s.note("resume_note")
    s.find_out()
    s.answer(is_late=None)
    yield from end(s)


def late(s: Scene) -> Story:
    """Left lying, urged twice, escalated, and answered with an apology."""
    yield s.opens_at()
    s.open()
    n_days = s.dice.whole(*_FAR_TOO_LATE)
    yield s.after(minutes=(0, 300), days=4)
    s.urge("urge")
    yield s.after(minutes=(100, 400), days=n_days - 6)
    s.urge("urge_again")
    yield s.at_work(days=0.5)
    s.start()
    s.escalate()
    yield s.at_work(days=2)
    s.answer(text=s.words.late_answer, is_late=True)
    yield from end(s)


def kicked(s: Scene) -> Story:
    """Handed on three times and more before anybody answers."""
    yield from begin(s)
    others = [one for one in _everybody(s) if one.pk != s.owner.pk]
    for place, to in enumerate(others[: s.dice.whole(3, 4)]):
        yield s.at_work(days=2 if place else 0.1)
        s.hand_on(to, key=_SUMMARIES[place], reason=_REASONS[place])
    yield s.at_work(days=_FAR_TOO_LATE[0] - 4)
    s.answer(text=s.words.late_answer, is_late=True)
    if s.dice.roll() < 0.5:
        yield from back_again(s)
    yield from end(s)


def handed_on(s: Scene) -> Story:
    """Handed on once, to whoever has the power, and answered."""
    yield from begin(s)
    to = next(one for one in reversed(_everybody(s)) if one.pk != s.owner.pk)
    yield s.after(minutes=(5, 15))
    s.hand_on(to, key="summary_needs_power", reason=TransferReason.NEEDS_POWER)
    yield s.after(minutes=(10, 25))
    s.answer()
    yield from end(s)


def back_again(s: Scene, *, key: str = "not_solved") -> Story:
    """Not solved, the customer says; the same owner answers anew."""
    yield s.after(minutes=(60, 600), days=_ASKED_BY_THEN)
    s.say_not_solved(key)
    yield s.in_hours(s.after(minutes=(30, 120)))
    s.note("agreed_note")
    s.answer(text=s.words.again)


def reopened(s: Scene) -> Story:
    """Answered, not solved, answered better."""
    yield from begin(s)
    yield s.after(minutes=(10, 35))
    s.answer()
    yield from back_again(s)
    yield from end(s)


def reopened_twice(s: Scene) -> Story:
    """Twice not solved: it climbs."""
    yield from begin(s)
    yield s.after(minutes=(10, 35))
    s.answer()
    yield from back_again(s)
    yield from back_again(s, key="not_solved_again")
    yield from end(s)


def untouched(s: Scene) -> Story:
    """Nobody has begun."""
    yield s.opens_at()
    s.open()


def under_way(s: Scene) -> Story:
    """Somebody is at it."""
    yield from begin(s)
    yield s.after(minutes=(10, 60))
    s.note("investigating_note")


def due_soon(s: Scene) -> Story:
    """To be answered within hours, by the owner's own promise."""
    yield from begin(s)
    yield s.after(minutes=(10, 20))
    set_due(s.case, due_at=_next_noon(), by=s.by)


def waiting(s: Scene) -> Story:
    """The customer was asked and has not answered."""
    yield from begin(s)
    yield s.after(minutes=(5, 20))
    s.ask()


def resting(s: Scene) -> Story:
    """On hold for days to come."""
    yield from begin(s)
    yield s.after(minutes=(20, 60))
    s.hold(days=s.dice.whole(5, 9))


def on_the_way_about(s: Scene) -> Story:
    """Handed on three times in two days, and still open."""
    yield from begin(s)
    others = [one for one in _everybody(s) if one.pk != s.owner.pk]
    for place, to in enumerate(others[:3]):
        yield s.after(minutes=(20, 90))
        s.hand_on(to, key=_SUMMARIES[place], reason=_REASONS[place])


_SUMMARIES = ("summary_wrong_unit", "summary_needs_power", "summary_needs_skill", "summary_shift")
_REASONS = (
    TransferReason.WRONG_UNIT,
    TransferReason.NEEDS_POWER,
    TransferReason.NEEDS_SKILL,
    TransferReason.SHIFT_ENDS,
)


def _everybody(s: Scene) -> list[Account]:
    """Who may have the case, from the store up, each once."""
    store, cast = s.seed.store, s.cast
    region = cast.regions[cast.region_of[store]]
    everybody = (cast.manager_of(store), *region, s.dice.pick(cast.desk), cast.head)
    return list({one.pk: one for one in everybody}.values())


def _next_noon() -> datetime:
    """Noon of the day after, as the hour of a promise."""
    day = current_moment() + timedelta(days=1)
    return day.replace(hour=4, minute=0, second=0, microsecond=0)
