"""The part of a case's page that says what may be granted, why, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.models import Approval, Case, Compensation, Decision, PolicyVersion
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.granting import can_take_back, find_limit, is_highest
from zhiyin.respond.policies.kinds import Answer, ApprovalState
from zhiyin.respond.policies.reasons import Stands, stands_of, texts_of
from zhiyin.respond.policies.versions import list_for_case, suggests
from zhiyin.respond.policies.words import (
    ANSWER_NAMES,
    STATE_NAMES,
    say_exceeded,
    say_fired,
    say_gift,
    say_unknown,
)

_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One decision on the page. `problem` says why somebody has to agree first."""

    decision: Decision
    stands: Stands
    name: str
    gift: str
    texts: tuple[str, str]
    fired: list[str]
    unknown: str
    problem: str
    approvals: Sequence[tuple[Approval, str]]
    given: Compensation | None
    taken_back: Compensation | None
    may_grant: bool
    may_ask: bool
    may_take_back: bool

    @property
    def tone(self) -> str:
        """The colour of its answer."""
        if self.stands in ("agreed", "refused"):
            return "positive" if self.stands == "agreed" else "neutral"
        quiet = (Answer.NEEDS_APPROVAL, Answer.UNKNOWN, Answer.INSTEAD)
        return "neutral" if self.decision.answer in quiet else "positive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A policy that can be asked."""

    version: PolicyVersion
    is_suggested: bool


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The policies that can be asked, and the newest decisions; empty where there is neither."""
    may_work = visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id) and case.is_open
    choices = [Choice(version=one, is_suggested=suggests(one.policy, case)) for one in list_for_case(case)]
    found = Decision.objects.filter(case=case).select_related("version__policy", "case__unit", "by")
    rows = found.prefetch_related("approvals__approver", "approvals__decided_by", "compensations__by")
    decisions = list(rows.order_by("-pk")[:_MOST])
    if not decisions and not (choices and may_work):
        return {}
    standing = Compensation.objects.filter(case=case, undone_at=None) if decisions and may_work else ()
    has_got = frozenset(one.kind for one in standing)
    newest: set[int] = set()
    lines: list[Line] = []
    for decision in decisions:
        is_newest = decision.version.policy_id not in newest
        newest.add(decision.version.policy_id)
        may = may_work and is_newest
        lines.append(_line(decision, request=request, may_work=may, has_got=has_got))
    return {"case": case, "choices": choices if may_work else [], "lines": lines, "may_work": may_work}


def _line(decision: Decision, *, request: HttpRequest, may_work: bool, has_got: frozenset[str]) -> Line:
    given = list(decision.compensations.all())
    standing = next((one for one in given if one.undone_at is None), None)
    approvals = sorted(decision.approvals.all(), key=lambda one: (one.step, one.pk))
    states = {one.state for one in approvals}
    gives = bool(decision.kind) and decision.answer != Answer.INSTEAD and standing is None
    is_there = gives and may_work and decision.kind in has_got
    gives = gives and not is_there
    problem = _problem(decision, request=request) if gives and may_work and not approvals else ""
    table = table_of(decision.version.jdm)
    is_agreed = states == {ApprovalState.APPROVED.value}
    stands = stands_of(decision)
    return Line(
        decision=decision,
        stands=stands,
        name=_name(decision, stands=stands),
        gift=say_gift(decision) if decision.kind else "",
        texts=texts_of(decision, stands=stands),
        fired=say_fired(decision, table=table),
        unknown=say_unknown(decision, table=table),
        problem=_("The case has been given the same already. Take that back first.") if is_there else problem,
        approvals=[(one, str(STATE_NAMES[ApprovalState(one.state)])) for one in approvals],
        given=standing,
        taken_back=next((one for one in given if one.undone_at is not None), None),
        may_grant=may_work and gives and (is_agreed or not (problem or approvals)),
        may_ask=may_work and gives and not approvals,
        may_take_back=may_work and standing is not None and can_take_back(standing),
    )


def _name(decision: Decision, *, stands: Stands) -> str:
    """The answer in a word, as it stands now."""
    if stands == "refused":
        return str(ANSWER_NAMES[Answer.INSTEAD])
    if stands == "agreed" and decision.answer in (Answer.NEEDS_APPROVAL, Answer.UNKNOWN):
        return _("Agreed")
    return str(ANSWER_NAMES[Answer(decision.answer)])


def _problem(decision: Decision, *, request: HttpRequest) -> str:
    by = actor_of(request)
    if is_highest(decision, by=by):
        return ""
    if decision.answer in (Answer.NEEDS_APPROVAL, Answer.UNKNOWN):
        return str(ANSWER_NAMES[Answer.NEEDS_APPROVAL])
    exceeded = find_limit(decision, by=by, customer=decision.case.customer, holds=False)
    return say_exceeded(exceeded) if exceeded else ""
