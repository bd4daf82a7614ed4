"""Group complaints: many cases about one matter under one, and one update for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.errors import Conflict
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.respond.flow.errors import CannotGroup
from zhiyin.respond.flow.holding import OPEN, holding
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.models import Case, CaseAnswer, CaseLink, CaseStatus, CaseVoice, Step
from zhiyin.respond.services.changes import account_id_of, changing, clean_text, write_note
from zhiyin.respond.services.opening import open_case

_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How far a group complaint reaches: cases, open ones, voices, and people.

    People are known customers, and one for each case of which nobody knows whose it is.
    """

    n_cases: int
    n_open: int
    n_voices: int
    n_people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The cases that got an update, and those that could not, with the reason."""

    sent: list[str]
    refused: dict[str, Conflict]


def open_group(cases: Sequence[Case], *, title: str, by: Actor, scope: Scope) -> Case:
    """A new case to be the parent of these, at the nearest unit above all that is within the scope.

    It has no voice and no customer of its own. Raises `InvalidInput` for no title, `NobodyToOwn`.
    """
    unit_id = _unit_above([case.unit for case in cases], scope=scope)
    urgency = max(case.urgency for case in cases)
    return open_case(feedback_id="", unit_id=unit_id, title=title, by=by, urgency=urgency, has_voice=False)


def group_case(case: Case, *, under: Case, by: Actor) -> Case:
    """The case belongs to the group complaint from now on; it keeps owner, clocks and customer.

    Raises:
        CannotGroup: the parent is over or in a group itself, or the case has children or a parent.
        CaseChanged: somebody changed it this moment.
    """
    with holding(case, under) as (child, parent):
        _check(child, parent)
        with changing(child, step=Step.GROUPED, by=by, among=OPEN) as change:
            change.case.parent = parent
        CaseLink.objects.create(
            kind=LinkKind.GROUP.value, source=child, target=parent, at=change.at, by_id=account_id_of(by)
        )
    return change.case


def ungroup_case(case: Case, *, by: Actor) -> Case:
    """The case stands for itself again. Raises `CannotGroup` where it is in no group."""
    with holding(case) as (child,):
        if child.parent_id is None:
            raise CannotGroup(f"Case {child.number} is in no group complaint.")
        with changing(child, step=Step.UNGROUPED, by=by) as change:
            change.case.parent = None
        CaseLink.objects.filter(source=child, kind=LinkKind.GROUP.value, undone_at=None).update(
            undone_at=change.at
        )
    return change.case


def answer_group(parent: Case, *, text: str, by: Actor, scope: Scope) -> Update:
    """Send the answer to every open case of the group within the scope; drafts there stay as they are.

    Raises:
        InvalidInput: there is nothing to send. Of the cases, those that refuse are named with the reason.
    """
    clean = clean_text(text, field="update", missing="The update is empty.")
    sent, refused = [], {}
    for child in list_children(parent, scope=scope):
        if child.stands not in OPEN:
            continue
        try:
            _answer(child, text=clean, by=by)
        except Conflict as error:
            refused[child.number] = error
        else:
            sent.append(child.number)
    if sent:
        with changing(parent, step=Step.NOTED, by=by, is_addition=True) as change:
            write_note(change, clean, by=by)
    return Update(sent=sent, refused=refused)


def list_children(parent: Case, *, scope: Scope) -> list[Case]:
    """The cases of the group within the scope, those first that are due first."""
    # Which they are is asked by the parent alone: with the units, SQLite reads all cases of the units.
    children = Case.objects.filter(parent=parent).order_by("due_at", "pk").values_list("pk", "unit_id")
    seen = [pk for pk, unit_id in children if scope.allows(unit_id)][:_MOST_AT_ONCE]
    if not seen:
        return []
    return list(Case.objects.filter(pk__in=seen).select_related("unit", "owner").order_by("due_at", "pk"))


def measure_exposure(parent: Case) -> Exposure:
    """The whole group, also what lies in units that the asker does not see: counts alone. Four queries."""
    children = Case.objects.filter(parent=parent)
    ended = [CaseStatus.SOLVED.value, CaseStatus.CLOSED.value]
    known = children.exclude(customer=None).values("customer").distinct().count()
    return Exposure(
        n_cases=children.count(),
        n_open=children.exclude(status__in=ended).count(),
        n_voices=CaseVoice.objects.filter(case__parent=parent).count(),
        n_people=known + children.filter(customer=None).count(),
    )


def _answer(child: Case, *, text: str, by: Actor) -> None:
    with holding(child) as (held,), changing(held, step=Step.ANSWERED, by=by, among=OPEN) as change:
        change.answer = CaseAnswer.objects.create(
            case=change.case, text=text, author_id=account_id_of(by), saved_at=change.at, sent_at=change.at
        )
        change.case.answered_at, change.case.status = change.at, CaseStatus.ANSWERED


def _check(child: Case, parent: Case) -> None:
    if child.pk == parent.pk or not parent.is_open or parent.parent_id is not None:
        raise CannotGroup(
            f"Case {parent.number} cannot hold a group complaint.",
            next_step="Choose an open case that is in no group itself.",
        )
    if child.parent_id is not None or Case.objects.filter(parent=child).exists():
        raise CannotGroup(
            f"Case {child.number} belongs to a group complaint already.",
            next_step="Take it out of there first.",
        )


def _unit_above(units: Sequence[OrgUnit], *, scope: Scope) -> int:
    ways = [[int(step) for step in unit.path.split("/") if step] for unit in units]
    shared = [steps[0] for steps in zip(*ways, strict=False) if len(set(steps)) == 1]
    allowed = [unit_id for unit_id in shared if scope.allows(unit_id)]
    return allowed[-1] if allowed else units[0].pk
