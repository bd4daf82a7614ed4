"""Says in plain words how a case stands, to its customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.portal.moments import day_and_time
from zhiyin.portal.queries.customer_case import CustomerCase, Happening, Moment
from zhiyin.portal.telling_meetings import Meeting, Slot, tell_call, tell_pause, tell_slots, tell_visit
from zhiyin.portal.telling_next import tell_next
from zhiyin.respond.statuses import CaseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of the way, and whether it lies behind, here or ahead."""

    name: str
    place: Literal["done", "here", "ahead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the story."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing that stars are asked for."""

    name: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words of the page. `done` thanks for what was just done; `by_when` is empty when we owe nothing.

    `then` says what happens next, and by whom.
    """

    state: str
    by_when: str
    then: str
    calls: list[Meeting]
    visits: list[Meeting]
    slots: list[Slot]
    urge_again: str
    sent: str
    who: str
    steps: list[PathStep]
    story: list[Line]
    concerns: list[Concern]
    done: str


def tell_case(seen: CustomerCase, *, done: str) -> Told:
    """The words for the case; times in the zone that is set. `done` is the action that was just taken."""
    return Told(
        state=_state(seen),
        by_when=_by_when(seen),
        then=tell_next(seen, who=_who(seen.owner_name, seen)),
        calls=[tell_call(one) for one in seen.progress.calls_to_show],
        visits=[tell_visit(one) for one in seen.progress.visits_to_show],
        slots=tell_slots(seen.progress.slots),
        urge_again=tell_pause(seen.progress.urge_from),
        sent=_sent(seen),
        who=_who(seen.owner_name, seen),
        steps=_steps(seen),
        story=[Line(text=_line(one, seen), at=one.at) for one in seen.happenings],
        concerns=_concerns(),
        done=_done(done, seen),
    )


def _who(name: str, seen: CustomerCase) -> str:
    """Name and unit; sign-in names are nobody's business."""
    unit = seen.case.unit.name
    if not name:
        return _("a colleague at %(unit)s") % {"unit": unit}
    return _("%(name)s at %(unit)s") % {"name": name, "unit": unit}


def _state(seen: CustomerCase) -> str:
    if seen.is_withdrawn:
        return _("You told us that it is no longer needed.")
    if seen.case.merged_into_id is not None:
        return _("We look into it together with another matter.")
    return {
        CaseStatus.OPEN: _("We have received it, and somebody is in charge."),
        CaseStatus.WORKING: _("We are looking into it."),
        CaseStatus.WAITING: _("We have asked you something. Your answer helps us go on."),
        CaseStatus.HELD: _("We are waiting for something before we can go on, and tell you when."),
        CaseStatus.ANSWERED: _("We have answered you. Does it solve the matter?"),
        CaseStatus.REOPENED: _("It is not solved yet, and we are at it again."),
        CaseStatus.SOLVED: _("It is solved. Thank you for telling us."),
        CaseStatus.CLOSED: _("We have closed it. Is it solved for you?"),
    }[seen.case.stands]


def _by_when(seen: CustomerCase) -> str:
    if seen.case.stands is CaseStatus.HELD and seen.case.held_until is not None:
        return _("We go on on %(when)s at the latest.") % {"when": day_and_time(seen.case.held_until)}
    if not seen.is_waiting_for_us:
        return ""
    when = {"when": day_and_time(seen.case.due_at)}
    if seen.is_late:
        return _("We wanted to answer by %(when)s and are late. We are sorry; it is not forgotten.") % when
    return _("We answer here by %(when)s at the latest.") % when


def _steps(seen: CustomerCase) -> list[PathStep]:
    last = _("Withdrawn") if seen.is_withdrawn else _("Solved")
    if seen.case.stands is CaseStatus.CLOSED and not seen.is_withdrawn:
        last = _("Closed")
    names = [_("We have it"), _("Looking into it"), _("Answer given"), last]
    here = {
        CaseStatus.OPEN: 0,
        CaseStatus.WORKING: 1,
        CaseStatus.WAITING: 1,
        CaseStatus.HELD: 1,
        CaseStatus.REOPENED: 1,
        CaseStatus.ANSWERED: 2,
        CaseStatus.SOLVED: 3,
        CaseStatus.CLOSED: 3,
    }[seen.case.stands]
    if here == 3 and seen.case.answered_at is None:
        names, here = [names[0], last], 1  # it ended before an answer: none is pretended
    return [
        PathStep(name=name, place="done" if i < here else "here" if i == here else "ahead")
        for i, name in enumerate(names)
    ]


def _sent(seen: CustomerCase) -> str:
    """What came along with the words; the files themselves are for colleagues alone."""
    photos = ngettext("%(n)d photo", "%(n)d photos", seen.n_photos) % {"n": seen.n_photos}
    sounds = ngettext("%(n)d recording", "%(n)d recordings", seen.n_recordings) % {"n": seen.n_recordings}
    sent = [text for text, n in ((photos, seen.n_photos), (sounds, seen.n_recordings)) if n]
    return _("You sent along: %(files)s.") % {"files": _(", ").join(sent)} if sent else ""


def _line(one: Happening, seen: CustomerCase) -> str:
    return {
        Moment.RECEIVED: _("We received it. It went to %(who)s."),
        Moment.STARTED: _("We began to look into it."),
        Moment.TRANSFERRED: _("It was passed on to %(who)s."),
        Moment.ANSWERED: _("We answered you."),
        Moment.SOLVED: _("You said that it is solved."),
        Moment.REOPENED: _("You said that it is not solved. We took it up again."),
        Moment.TAKEN_UP: _("We took it up again."),
        Moment.ADDED: _("You added something."),
        Moment.CLOSED: _("We closed it."),
        Moment.WITHDRAWN: _("You said that it is no longer needed."),
        Moment.ACKNOWLEDGED: _("We told you that it has arrived."),
        Moment.ASSESSED: _("We had a first look at what it is about."),
        Moment.INVESTIGATED: _("We found out what happened."),
        Moment.COMMUNICATED: _("We told you what we decided."),
        Moment.ASKED: _("We asked you something."),
        Moment.REPLIED: _("You answered our question."),
        Moment.HELD: _("It has to wait for something."),
        Moment.RESUMED: _("We went on with it."),
        Moment.URGED: _("You asked us to hurry. The person in charge knows."),
        Moment.ESCALATED: _("It was brought to %(who)s, who may decide more."),
        Moment.GROUPED: _("Others told us the same. We look into it for all of you together."),
        Moment.CALL_AGREED: _("A call was agreed."),
        Moment.TIME_AGREED: _("A time was agreed."),
        Moment.TIME_MISSED: _("We did not keep the agreed time. We are sorry."),
        Moment.CALLED: _("We called you."),
        Moment.CALL_OFF: _("The call was called off."),
        Moment.VISIT_SUITS: _("You said that the time of the visit suits you."),
        Moment.VISIT_SET_OUT: _("%(who)s set out to you."),
        Moment.VISIT_ARRIVED: _("%(who)s arrived at your place."),
        Moment.VISIT_OVER: _("The visit was over."),
        Moment.VISIT_OFF: _("The visit was called off."),
        Moment.MERGED: _("We put it together with another matter."),
    }[one.moment].replace("%(who)s", _who(one.who, seen))


def _concerns() -> list[Concern]:
    return [
        Concern(name="solved", question=_("Is your matter solved as you hoped?")),
        Concern(name="speed", question=_("Was it quick enough?")),
        Concern(name="attitude", question=_("Were we kind and open?")),
    ]


def _done(action: str, seen: CustomerCase) -> str:
    texts = {
        "solved": _("Thank you. We are glad."),
        "unsolved": _("Thank you for telling us. It stays with %(who)s, who takes it up again."),
        "add": _("Thank you. We have added it."),
        "withdraw": _("Done. If you need us after all, take it up again here."),
        "rate": _("Thank you for the stars."),
        "reply": _("Thank you for your answer. We go on at once."),
        "urge": _("We have told the person in charge that it is urgent to you."),
        "urged": _("You asked us to hurry less than an hour ago. The person in charge knows."),
        "call": _("Agreed. We call you at the time that stands below."),
        "call_off": _("Done. We do not call."),
        "suits": _("Thank you. We come at that time."),
        "joined": _("Your two matters are now one. This page tells of both."),
        "changed": _("It had changed in the meantime. This is how it stands now."),
    }
    return texts.get(action, "").replace("%(who)s", _who(seen.owner_name, seen))
