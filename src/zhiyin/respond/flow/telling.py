"""What the story of a case tells about its flow: the words to the customer, other cases, assessments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.flow.words import say_cause, say_severity, say_way
from zhiyin.respond.models import Case, CaseAssessment, CaseEvent, CaseLink, CaseMessage, Step

_LINKED = frozenset(
    {
        Step.CLOSED,
        Step.CLOSE_UNDONE,
        Step.MERGED,
        Step.MERGE_UNDONE,
        Step.SPLIT,
        Step.SPLIT_UNDONE,
        Step.CLONED,
        Step.GROUPED,
        Step.UNGROUPED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was written beside the events of a case, by the time that both share."""

    case_id: int
    messages: dict[datetime, CaseMessage] = field(default_factory=dict)
    assessments: dict[datetime, CaseAssessment] = field(default_factory=dict)
    links: dict[datetime, CaseLink] = field(default_factory=dict)


def read_beside(case: Case) -> Beside:
    """Three queries, however long the story is."""
    both = CaseLink.objects.filter(Q(source=case) | Q(target=case)).select_related("source", "target")
    links: dict[datetime, CaseLink] = {}
    for link in both.order_by("at"):
        links[link.at] = link
        if link.undone_at is not None:
            links[link.undone_at] = link
    return Beside(
        case_id=case.pk,
        messages={one.at: one for one in CaseMessage.objects.filter(case=case)},
        assessments={one.at: one for one in CaseAssessment.objects.filter(case=case)},
        links=links,
    )


def tell_detail(event: CaseEvent, *, beside: Beside) -> str:
    """What stands in brackets behind the step; empty where nothing has to be said."""
    step = Step(event.kind)
    if step is Step.ASSESSED and event.at in beside.assessments:
        return _tell_assessment(beside.assessments[event.at])
    if step is Step.COMMUNICATED and event.at in beside.messages:
        return say_way(beside.messages[event.at].way)
    link = beside.links.get(event.at) if step in _LINKED else None
    if link is None:
        return ""
    other = link.target if link.source_id == beside.case_id else link.source
    if step is Step.CLOSED and link.kind == LinkKind.MERGE:
        return _("merged into %(number)s") % {"number": other.number}
    return f"→ {other.number}" if link.source_id == beside.case_id else f"← {other.number}"


def tell_words(event: CaseEvent, *, beside: Beside) -> str:
    """What the customer was told in this step besides an answer; empty for most."""
    message = beside.messages.get(event.at)
    return message.text if message is not None else ""


def _tell_assessment(found: CaseAssessment) -> str:
    parts = [say_cause(found.cause), say_severity(found.severity)]
    return " · ".join([*parts, _("danger to somebody")] if found.is_safety else parts)
