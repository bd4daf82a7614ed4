"""Stories of promises: calls made and missed, visits, what policies give, matters of several voices."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from zhiyin.listen.sample.options import BEIJING
from zhiyin.people.actors import Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.callbacks.kinds import Outcome
from zhiyin.respond.callbacks.missing import mark_missed
from zhiyin.respond.callbacks.services import Promise, plan_call_back, record_call
from zhiyin.respond.flow.grouping import answer_group, group_case, open_group
from zhiyin.respond.flow.kinds import Way
from zhiyin.respond.flow.merging import merge_case
from zhiyin.respond.flow.steps import communicate
from zhiyin.respond.models import Approval, CallBack, Case, Decision, PolicyVersion, Visit
from zhiyin.respond.moment import current_moment
from zhiyin.respond.policies.approving import agree, ask_approval
from zhiyin.respond.policies.approving import refuse as refuse_approval
from zhiyin.respond.policies.deciding import Value
from zhiyin.respond.policies.granting import decide_case, grant, needs_agreement
from zhiyin.respond.policies.kinds import ApprovalState
from zhiyin.respond.sample.scene import Scene
from zhiyin.respond.sample.stories import Story, begin, end
from zhiyin.respond.sample.words import said
from zhiyin.respond.services.handing import close_case
from zhiyin.respond.visits import progress
from zhiyin.respond.visits.errors import TimeTaken
from zhiyin.respond.visits.kinds import VisitResult
from zhiyin.respond.visits.services import Booking, plan_visit

ZONE = "Asia/Shanghai"
_MOST_DAYS_AHEAD = 5
_SPOILED, _LATE = "spoiled-drink", "late-delivery"
_DELIVERY = "service_serving_speed"


def has_policy(aspect: str) -> bool:
    """Whether a shipped policy is about the aspect."""
    return asks_above(aspect) or aspect.startswith("dish")


def asks_above(aspect: str) -> bool:
    """Whether the policy about it may want somebody above to agree, and no owner, who is not there yet."""
    return aspect == _DELIVERY


def called_back(s: Scene) -> Story:
    """A call is promised for the next day, and made in time."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    s.answer()
    call = _promise(s)
    yield call.promised_at + timedelta(minutes=s.dice.whole(3, 40))
    record_call(call, outcome=Outcome.REACHED, by=s.by, note=said("call_note"), mood=s.dice.whole(3, 5))
    communicate(s.case, way=Way.PHONE, by=s.by)
    yield from end(s)


def not_called_back(s: Scene) -> Story:
    """A call is promised and forgotten: it climbs, and whoever stands above calls late."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    s.answer()
    call = _promise(s)
    yield call.until_at + timedelta(minutes=1)
    mark_missed(now=current_moment())
    s.truth.is_call_missed = True
    yield s.at_work(days=0.8)
    missed = CallBack.objects.get(pk=call.pk)
    record_call(missed, outcome=Outcome.NO_ANSWER, by=s.by, note=said("call_no_answer"))
    yield s.after(minutes=(90, 200))
    record_call(missed, outcome=Outcome.REACHED, by=s.by, note=said("call_note_late"), mood=2)
    yield from end(s)


def call_is_due(s: Scene) -> Story:
    """A call is promised and still to come for whoever opens the sample the day after its last."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    s.note("investigating_note")
    _promise(s, in_days=s.n_days_ago + 2)


def visited(s: Scene) -> Story:
    """Somebody fetches what is left of the drink, to have it looked at."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    s.answer()
    visit = _book(s)
    yield s.after(minutes=(20, 120))
    progress.confirm_visit(visit)
    yield visit.slot_start - timedelta(minutes=s.dice.whole(20, 40))
    by = s.by
    progress.set_out(visit, by=by)
    yield visit.slot_start + timedelta(minutes=s.dice.whole(2, 20))
    progress.arrive(visit, by=by)
    progress.begin_work(visit, by=by)
    yield s.after(minutes=(10, 30))
    progress.finish_visit(visit, result=VisitResult.SOLVED, note=said("visit_note"), by=by)
    yield from end(s)


def visit_is_planned(s: Scene) -> Story:
    """Somebody is going to come, two days after the sample's last."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    s.note("investigating_note")
    _book(s, in_days=s.n_days_ago + 2)


def granted(s: Scene) -> Story:
    """The policy says yes, and the customer is given it with the answer."""
    yield from begin(s)
    yield s.after(minutes=(10, 30))
    decision = _decide(s)
    if decision is not None and not needs_agreement(decision, by=s.by, customer=None):
        grant(decision, by=s.by, customer=s.case.customer)
        s.truth.is_granted = True
    s.answer()
    yield from end(s)


def agreed(s: Scene) -> Story:
    """Somebody above has to agree first, and does, or offers something else."""
    approvals = yield from _asking(s)
    if approvals:
        yield s.after(minutes=(15, 25))
        if s.dice.roll() < 0.25:
            _refuse(approvals[0])
        else:
            s.truth.is_granted = _agree(approvals)
    s.answer()
    yield from end(s)


def to_be_agreed(s: Scene) -> Story:
    """Somebody above is asked and has not answered."""
    yield from _asking(s)


def merged(scenes: Sequence[Scene]) -> Story:
    """One person tells it in two ways: the second case goes into the first."""
    first, second = scenes
    yield first.opens_at()
    first.open()
    yield max(second.opens_at(), first.after(minutes=(30, 40)))
    second.open()
    yield second.after(minutes=(5, 15))
    merge_case(second.case, into=first.case, by=first.by)
    yield first.after(minutes=(5, 15))
    first.start()
    first.answer(is_late=None)
    yield from end(first)


def grouped(scenes: Sequence[Scene]) -> Story:
    """Several customers, one matter: one answer for all."""
    for scene in scenes:
        yield max(scene.opens_at(), scene.after())
        scene.open()
    last = scenes[-1]
    yield last.after(minutes=(20, 60))
    by, cases = Actor.of(last.cast.head), [scene.case for scene in scenes]
    parent = open_group(cases, title=said("group_title"), by=by, scope=EVERYTHING)
    for case in cases:
        group_case(case, under=parent, by=by)
    yield last.at_work(days=1)
    parent = Case.objects.get(pk=parent.pk)
    answer_group(parent, text=said("group_answer"), by=by, scope=EVERYTHING)
    close_case(Case.objects.get(pk=parent.pk), by=by, reason=said("group_close"))
    for scene in scenes:
        scene.truth.is_answered, scene.truth.is_first_late = True, None
    yield last.after(minutes=(30, 600), days=1)
    scenes[0].say_solved()


def _asking(s: Scene) -> Generator[datetime, None, list[Approval]]:
    yield from begin(s)
    yield s.after(minutes=(5, 15))
    decision = _decide(s, is_grave=True)
    if decision is None or not needs_agreement(decision, by=s.by, customer=None):
        return []
    return ask_approval(decision, by=s.owner, customer=s.case.customer)


def _agree(approvals: Sequence[Approval]) -> bool:
    """In turn, as they are asked; whether the customer got it."""
    given = None
    for one in approvals:
        fresh = Approval.objects.select_related("approver", "decision__case").get(pk=one.pk)
        if fresh.state == ApprovalState.OPEN:
            given = agree(fresh, by=fresh.approver, customer=fresh.decision.case.customer)
    return given is not None


def _refuse(approval: Approval) -> None:
    fresh = Approval.objects.select_related("approver", "decision__case").get(pk=approval.pk)
    refuse_approval(fresh, comment=said("refuse_instead"), by=fresh.approver)


def _decide(s: Scene, *, is_grave: bool = False) -> Decision | None:
    """By the shipped policy about it; None where there is none, or none that is on."""
    is_delivery = asks_above(s.seed.aspect)
    found = PolicyVersion.objects.filter(valid_from__isnull=False, valid_to=None, policy__is_on=True)
    version = found.filter(policy__code=_LATE if is_delivery else _SPOILED).select_related("policy").first()
    if version is None or not has_policy(s.seed.aspect):
        return None
    amount = float(s.dice.whole(14, 38))
    given: dict[str, Value] = {"order_amount": amount}
    if is_delivery:
        given |= {"minutes_late": 150 if is_grave else s.dice.whole(35, 110), "is_our_fault": True}
    else:
        given |= {"is_safety": False, "has_proof": s.dice.roll() < 0.6, "n_given": 0}
    sources = {name: "given" if name == "n_given" else "typed" for name in given}
    return decide_case(s.case, version, given=given, sources=sources, by=s.by)


def _promise(s: Scene, *, in_days: int = 1) -> CallBack:
    """For the next day or a later one, at an hour that suits."""
    at = _tomorrow(s, hour=s.dice.whole(10, 18)) + timedelta(days=in_days - 1)
    promise = Promise(promised_at=at, zone=ZONE, topic=said("call_topic"))
    return plan_call_back(s.case, promise=promise, by=s.by)


def _book(s: Scene, *, in_days: int = 1) -> Visit:
    """At an hour that is free, or else the day after, and so on."""
    for n_days in range(in_days - 1, in_days - 1 + _MOST_DAYS_AHEAD):
        booking = Booking(
            technician=s.cast.technician,
            slot_start=_tomorrow(s, hour=9 + s.dice.whole(0, 8)) + timedelta(days=n_days),
            minutes=45,
            zone=ZONE,
            device=said("visit_device"),
        )
        with suppress(TimeTaken):
            return plan_visit(s.case, booking=booking, by=s.by)
    return plan_visit(s.case, booking=booking, by=s.by)


def _tomorrow(s: Scene, *, hour: int) -> datetime:
    day = current_moment().astimezone(BEIJING).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, 15 * s.dice.whole(0, 3), tzinfo=BEIJING)
