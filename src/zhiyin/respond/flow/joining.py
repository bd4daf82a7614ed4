"""The next voice about the same matter joins the case that is open, and opens no second one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from zhiyin.customers.linking.queries import customer_of_key
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.respond.contacts import Contact
from zhiyin.respond.flow.holding import holding
from zhiyin.respond.flow.matters import VoiceKeys, complained_aspect, read_keys
from zhiyin.respond.flow.waiting import customer_spoke
from zhiyin.respond.models import Case, CaseStatus, CaseVoice
from zhiyin.respond.services.customer import reopen_case
from zhiyin.respond.services.opening import add_voice, open_case
from zhiyin.respond.statuses import ENDED

REOPENS_WITHIN = timedelta(days=7)
_MOST_LOOKED_AT = 20
_TO_REOPEN = frozenset({CaseStatus.ANSWERED, CaseStatus.SOLVED, CaseStatus.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a voice is about: whose it is, where, what was complained of, and the key of its order. Without
    a customer, nothing is the same matter.
    """

    customer: UUID | None
    unit_id: int
    aspect: str = ""
    order_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The case, and whether it was there before."""

    case: Case
    has_joined: bool


def find_same_matter(matter: Matter, *, scope: Scope) -> Case | None:
    """The newest case of the same customer at the same unit that is open or ended at most `REOPENS_WITHIN`
    ago, about the same aspect (or of which nobody has said yet what it is about) or the same order.
    """
    if matter.customer is None or not scope.allows(matter.unit_id):
        return None
    since = timezone.now() - REOPENS_WITHIN
    still = ~Q(status__in=sorted(one.value for one in ENDED)) | Q(closed_at__gte=since)
    found = Case.objects.filter(still, customer=matter.customer, unit_id=matter.unit_id, merged_into=None)
    cases = list(found.select_related("unit", "owner").order_by("-opened_at")[:_MOST_LOOKED_AT])
    about = (case for case in cases if not matter.aspect or case.aspect in ("", matter.aspect))
    return next(about, None) or _find_by_order(cases, matter.order_key)


def read_matter(detail: FeedbackDetail, *, unit_id: int) -> Matter:
    """What the voice is about, as far as the facts tell."""
    feedback_id = detail.feedback.feedback_id
    keys = read_keys([feedback_id]).get(feedback_id, VoiceKeys())
    return Matter(
        customer=customer_of_key(keys.author) if keys.author else None,
        unit_id=unit_id,
        aspect=complained_aspect(detail),
        order_key=keys.order,
    )


def _find_by_order(cases: list[Case], order_key: str) -> Case | None:
    if not order_key or not cases:
        return None
    voices = CaseVoice.objects.filter(case__in=cases).values_list("feedback_id", "case_id")
    keys = read_keys(feedback_id for feedback_id, _ in voices)
    same = {
        case_id for feedback_id, case_id in voices if keys.get(feedback_id, VoiceKeys()).order == order_key
    }
    return next((case for case in cases if case.pk in same), None)


def join_case(case: Case, *, feedback_id: str, by: Actor) -> Case:
    """The voice joins the case. One that had an answer or was over is taken up again: it is not solved.

    Raises:
        VoiceHasCase: a case is about the voice already. MergedAway: the case went into another.
    """
    with holding(case) as (held,):
        add_voice(held, feedback_id=feedback_id, by=by)
        if held.stands in _TO_REOPEN:
            return reopen_case(held, by=by)
        return customer_spoke(held, by=by) if by.kind == "visitor" else held


def open_or_join_case(
    *,
    feedback_id: str,
    matter: Matter,
    title: str,
    by: Actor,
    contact: Contact | None = None,
    customer_words: str | None = None,
    urgency: int = 0,
    scope: Scope,
) -> Joined:
    """The case about the same matter with the voice added, or a new one where there is none.

    Raises:
        As `open_case`.
    """
    there = find_same_matter(matter, scope=scope)
    if there is not None:
        return Joined(case=join_case(there, feedback_id=feedback_id, by=by), has_joined=True)
    case = open_case(
        feedback_id=feedback_id,
        unit_id=matter.unit_id,
        title=title,
        by=by,
        contact=contact,
        customer_words=customer_words,
        urgency=urgency,
        customer=matter.customer,
        aspect=matter.aspect,
    )
    return Joined(case=case, has_joined=False)
