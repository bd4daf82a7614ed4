"""A case as its customer may see it: nothing internal, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from zhiyin.errors import NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import get_feedback
from zhiyin.people.scope import EVERYTHING
from zhiyin.portal.evidence.keeping import list_sent
from zhiyin.portal.models import AddedWords, CaseRating
from zhiyin.portal.queries.progress import Progress, read_progress
from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.models import Case, CaseEvent
from zhiyin.respond.queries import list_answers, list_events
from zhiyin.respond.statuses import AWAITING_STAFF, CaseStatus, Step
from zhiyin.respond.visits.kinds import VisitState


class Moment(StrEnum):
    """What the timeline tells of."""

    RECEIVED = "received"
    STARTED = "started"
    TRANSFERRED = "transferred"
    ANSWERED = "answered"
    SOLVED = "solved"
    REOPENED = "reopened"
    TAKEN_UP = "taken_up"
    ADDED = "added"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    INVESTIGATED = "investigated"
    COMMUNICATED = "communicated"
    ASKED = "asked"
    REPLIED = "replied"
    HELD = "held"
    RESUMED = "resumed"
    URGED = "urged"
    ESCALATED = "escalated"
    GROUPED = "grouped"
    CALL_AGREED = "call_agreed"
    TIME_AGREED = "time_agreed"
    TIME_MISSED = "time_missed"
    CALLED = "called"
    CALL_OFF = "call_off"
    VISIT_SUITS = "visit_suits"
    VISIT_SET_OUT = "visit_set_out"
    VISIT_ARRIVED = "visit_arrived"
    VISIT_OVER = "visit_over"
    VISIT_OFF = "visit_off"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One step of the timeline. `who` is the display name of the owner from then on, or of whoever comes;
    empty without one.
    """

    moment: Moment
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the customer wrote, private data covered."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCase:
    """All that the page shows. The latest happening stands first, the first words and answers first."""

    case: Case
    words: list[Words]
    answers: list[Words]
    happenings: list[Happening]
    is_withdrawn: bool
    is_late: bool
    rating: CaseRating | None
    progress: Progress
    n_photos: int
    n_recordings: int

    @property
    def owner_name(self) -> str:
        """The name of whoever looks after it; empty where they gave none."""
        return self.case.owner.public_name

    @property
    def is_waiting_for_us(self) -> bool:
        """Whether the next step is ours."""
        return self.case.stands in AWAITING_STAFF

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.case.is_open

    @property
    def may_rate(self) -> bool:
        """Whether stars are asked for: after an end that followed an answer, and until they were given."""
        is_over = not self.case.is_open and not self.is_merged
        return is_over and self.case.answered_at is not None and self.rating is None

    @property
    def asks_if_solved(self) -> bool:
        """Whether the customer is asked."""
        return self.case.stands is CaseStatus.ANSWERED or (
            self.case.stands is CaseStatus.CLOSED and not self.is_withdrawn and not self.is_merged
        )

    @property
    def is_merged(self) -> bool:
        """Whether it goes on in another case, which is not shown here."""
        return self.case.merged_into_id is not None

    @property
    def may_reopen(self) -> bool:
        """Whether the customer may say that it is not solved after all."""
        return self.case.stands is CaseStatus.SOLVED or self.is_withdrawn


def read_case(case: Case, *, now: datetime) -> CustomerCase:
    """The page of the case, which the caller found by its secret. A dozen queries at most."""
    events = _without_undone(list_events(case))
    photos = [one.is_photo for one in list_sent(case)]
    added = list(AddedWords.objects.filter(case=case).order_by("at", "pk"))
    progress = read_progress(case, events=events, now=now)
    happenings = [one for event in events if (one := _happening(event, case=case)) is not None]
    happenings = _name_calls(happenings, progress=progress) + list(_meetings(progress))
    happenings += [Happening(moment=Moment.ADDED, at=one.at) for one in added]
    last_close = next((event for event in reversed(events) if event.kind == Step.CLOSED), None)
    return CustomerCase(
        case=case,
        words=_words(case, events=events, added=added),
        answers=[Words(text=one.text, at=one.sent_at) for one in list_answers(case) if one.sent_at],
        happenings=sorted(happenings, key=lambda one: one.at, reverse=True),
        is_withdrawn=case.stands is CaseStatus.CLOSED and last_close is not None and _is_theirs(last_close),
        is_late=case.is_overdue(now=now),
        rating=CaseRating.objects.filter(case=case, n_reopened=case.n_reopened).first(),
        progress=progress,
        n_photos=sum(photos),
        n_recordings=len(photos) - sum(photos),
    )


_MOMENTS: dict[str, Moment] = {
    Step.OPENED: Moment.RECEIVED,
    Step.STARTED: Moment.STARTED,
    Step.TRANSFERRED: Moment.TRANSFERRED,
    Step.ANSWERED: Moment.ANSWERED,
    Step.SOLVED: Moment.SOLVED,
    Step.REOPENED: Moment.REOPENED,
    Step.CLOSED: Moment.CLOSED,
    Step.ACKNOWLEDGED: Moment.ACKNOWLEDGED,
    Step.ASSESSED: Moment.ASSESSED,
    Step.INVESTIGATED: Moment.INVESTIGATED,
    Step.COMMUNICATED: Moment.COMMUNICATED,
    Step.ASKED: Moment.ASKED,
    Step.CUSTOMER_SPOKE: Moment.REPLIED,
    Step.HELD: Moment.HELD,
    Step.RESUMED: Moment.RESUMED,
    Step.URGED: Moment.URGED,
    Step.ESCALATED: Moment.ESCALATED,
    Step.GROUPED: Moment.GROUPED,
    Step.PROMISED: Moment.TIME_AGREED,
    Step.PROMISE_BROKEN: Moment.TIME_MISSED,
    Step.CALLED_BACK: Moment.CALLED,
}
# They name whoever looks after it from then on.
_ABOUT_OWNER = frozenset({Moment.RECEIVED, Moment.TRANSFERRED, Moment.ESCALATED})


_UNDONE = {
    Step.TRANSFER_UNDONE.value: Step.TRANSFERRED,
    Step.CLOSE_UNDONE.value: Step.CLOSED,
    Step.MERGE_UNDONE.value: Step.CLOSED,
    Step.UNGROUPED.value: Step.GROUPED,
}


def _without_undone(events: list[CaseEvent]) -> list[CaseEvent]:
    """The customer's business, without what a colleague took back at once."""
    kept: list[CaseEvent] = []
    for event in events:
        undone = _UNDONE.get(event.kind)
        if undone is not None:
            place = max((i for i, one in enumerate(kept) if one.kind == undone), default=None)
            kept = [one for i, one in enumerate(kept) if i != place]
        elif event.kind in _MOMENTS:
            kept.append(event)
    return kept


def _happening(event: CaseEvent, *, case: Case) -> Happening | None:
    """What the step is to the customer; None where another line tells it."""
    moment = _MOMENTS[event.kind]
    if moment is Moment.CLOSED and _is_theirs(event):
        moment = Moment.WITHDRAWN
    elif moment is Moment.CLOSED and case.merged_into_id is not None and event.at == case.closed_at:
        moment = Moment.MERGED
    elif moment is Moment.REOPENED and not _is_theirs(event):
        moment = Moment.TAKEN_UP
    elif moment is Moment.REPLIED and _is_theirs(event) and event.words is None:
        return None  # what they added stands there
    who = event.owner_to.public_name if moment in _ABOUT_OWNER else ""
    return Happening(moment=moment, at=event.at, who=who)


def _name_calls(happenings: list[Happening], *, progress: Progress) -> list[Happening]:
    """Where it was a call that was agreed, it is told; another time for one, or a visit, is a time."""
    agreed = {call.made_at for call in progress.calls}
    return [
        replace(one, moment=Moment.CALL_AGREED)
        if one.moment is Moment.TIME_AGREED and one.at in agreed
        else one
        for one in happenings
    ]


def _meetings(progress: Progress) -> Iterator[Happening]:
    """What became of calls and visits."""
    for call in progress.calls:
        if call.state is CallBackState.CANCELLED and call.ended_at:
            yield Happening(moment=Moment.CALL_OFF, at=call.ended_at)
    for visit in progress.visits:
        is_off = visit.state is VisitState.CANCELLED
        moments = {
            Moment.VISIT_SUITS: visit.confirmed_at,
            Moment.VISIT_SET_OUT: visit.on_way_at if visit.on_way_at != visit.arrived_at else None,
            Moment.VISIT_ARRIVED: visit.arrived_at,
            Moment.VISIT_OFF if is_off else Moment.VISIT_OVER: visit.ended_at,
        }
        for moment, at in moments.items():
            if at is not None:
                yield Happening(moment=moment, at=at, who=visit.who)


def _is_theirs(event: CaseEvent) -> bool:
    return event.actor_kind == "visitor"


def _words(case: Case, *, events: list[CaseEvent], added: list[AddedWords]) -> list[Words]:
    said = [Words(text=event.words.masked, at=event.at) for event in events if event.words is not None]
    if not any(event.kind == Step.OPENED and event.words is not None for event in events):
        said += _voice(case)
    said += [Words(text=one.masked, at=one.at) for one in added]
    return sorted((one for one in said if one.text), key=lambda one: one.at)


def _voice(case: Case) -> list[Words]:
    """The voice that the case began with, where a colleague opened it; other voices may be of others."""
    try:
        voice = get_feedback(open_lake(), feedback_id=case.feedback_id, scope=EVERYTHING).feedback
    except NotFound:
        return []
    return [Words(text=voice.text, at=voice.occurred_at)]
