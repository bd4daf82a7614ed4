"""The parts of a case's page that belong to its flow: dates, next steps, and the cases around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.naming import aspect_name, aspect_names
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope
from zhiyin.respond.about import AboutVoice, list_voices
from zhiyin.respond.flow.following import is_followed, list_followers
from zhiyin.respond.flow.grouping import list_children, measure_exposure
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.flow.looking import list_others
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.flow.messages import find_question
from zhiyin.respond.flow.words import (
    CAUSE_NAMES,
    DATE_NAMES,
    SEVERITY_NAMES,
    WAY_NAMES,
    say_cause,
    say_severity,
)
from zhiyin.respond.models import Case, CaseLink, CaseStatus
from zhiyin.respond.statuses import AWAITING_STAFF, ENDED

_N_SUGGESTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMark:
    """One date of the strip: done, next, or to come."""

    name: str
    at: datetime | None
    is_next: bool


def build_top(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The dates, what was assessed, and what the case waits for."""
    now = timezone.now()
    account = visitor_of(request).account
    may_work = _may_work(request, case)
    return {
        "case": case,
        "dates": list_dates(case),
        "cause": say_cause(case.cause),
        "severity": say_severity(case.severity),
        "aspect": aspect_name(case.aspect, language=page_language()) if case.aspect else "",
        "question": find_question(case) if case.stands is CaseStatus.WAITING else None,
        "heir": find_heir(case) if case.merged_into_id else None,
        "may_work": may_work,
        "others": list_others(case, account=account, now=now) if account else [],
    }


def build_next(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The forms of the next steps; nothing for whoever may only look, or where nothing can be done."""
    account = visitor_of(request).account
    if account is None or not _may_work(request, case):
        return {}
    return {
        "case": case,
        "typed": request.POST,
        "is_followed": is_followed(case, account=account),
        "followers": [one for one in list_followers(case) if one.pk != account.pk],
        "causes": [(one.value, name) for one, name in CAUSE_NAMES.items()],
        "severities": list(SEVERITY_NAMES.items()),
        "aspects": sorted(aspect_names(page_language()).items(), key=lambda one: one[1]),
        "ways": [(one.value, name) for one, name in WAY_NAMES.items()],
        "may_wait": case.stands in AWAITING_STAFF or case.stands is CaseStatus.WAITING,
        "rests": case.stands in (CaseStatus.HELD, CaseStatus.WAITING),
        "is_waiting": case.stands is CaseStatus.WAITING,
        "tomorrow": (timezone.localdate() + timedelta(days=1)).isoformat(),
    }


def build_family(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The cases around this one: its group, what was merged, split off or copied, and the ways to do so."""
    visitor = visitor_of(request)
    scope, may_work = visitor.scope_for(Permission.CASES_READ), _may_work(request, case)
    children = list_children(case, scope=scope)
    is_parent = bool(children) or Case.objects.filter(parent=case).exists()
    links = _links(case, scope=scope)
    if not (may_work or is_parent or links or case.parent_id):
        return {}
    return {
        "case": case,
        "typed": request.POST,
        "may_work": may_work,
        "children": children,
        "is_parent": is_parent,
        "exposure": measure_exposure(case) if is_parent else None,
        "parent": case.parent if case.parent and scope.allows(case.parent.unit_id) else None,
        "links": links,
        "suggested": _suggest(case, scope=scope) if may_work and case.is_open else [],
        "others": _voices_to_split(case, request) if may_work and case.is_open else [],
    }


def list_dates(case: Case) -> list[DateMark]:
    """The strip. The next is the first that is missing, while the case is open."""
    marks, is_before = [], case.is_open
    for column, name in DATE_NAMES:
        at = getattr(case, column)
        marks.append(DateMark(name=str(name), at=at, is_next=at is None and is_before))
        is_before = is_before and at is not None
    return marks


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """Another case, how it hangs together with this one, and whether that can be taken back here."""

    kind: str
    other: Case
    is_source: bool
    may_undo: bool


def _links(case: Case, *, scope: Scope) -> list[ShownLink]:
    kinds = [LinkKind.MERGE.value, LinkKind.SPLIT.value, LinkKind.CLONE.value]
    rows = CaseLink.objects.filter(undone_at=None, kind__in=kinds).select_related("source", "target")
    out = [(row, row.target, True) for row in rows.filter(source=case).order_by("at")]
    found = out + [(row, row.source, False) for row in rows.filter(target=case).order_by("at")]
    return [
        ShownLink(
            kind=row.kind,
            other=other,
            is_source=is_source,
            may_undo=row.kind != LinkKind.CLONE.value and case.merged_into_id in (None, row.target_id),
        )
        for row, other, is_source in found
        if scope.allows(other.unit_id)
    ]


def _suggest(case: Case, *, scope: Scope) -> list[Case]:
    """Other open cases of the same customer."""
    if case.customer is None:
        return []
    ended = sorted(one.value for one in ENDED)
    found = Case.objects.filter(customer=case.customer).exclude(status__in=ended).exclude(pk=case.pk)
    if scope.unit_ids is not None:
        found = found.filter(unit_id__in=scope.unit_ids)
    return list(found.order_by("due_at")[:_N_SUGGESTED])


def _voices_to_split(case: Case, request: HttpRequest) -> list[AboutVoice]:
    """The voices that could become a case of their own; none where there is one alone."""
    if case.voices.exclude(feedback_id=case.feedback_id).count() == 0 or case.voices.count() < 2:
        return []
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    voices = list_voices(case, scope=scope, language=page_language())
    return [one for one in voices if one.detail.feedback.feedback_id != case.feedback_id]


def _may_work(request: HttpRequest, case: Case) -> bool:
    return visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id)
