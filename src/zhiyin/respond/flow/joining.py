"""The next voice about the same matter joins the case that is open, and opens no second one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from zhiyin.customers.linking.queries import customer_of_key
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.running import foresee_due
from zhiyin.respond.contacts import Contact
from zhiyin.respond.flow.alone import opening_alone
from zhiyin.respond.flow.holding import holding
from zhiyin.respond.flow.matters import VoiceKeys, complained_aspect, read_keys
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.flow.waiting import customer_spoke
from zhiyin.respond.models import Case, CasePerson, CaseStatus, CaseVoice, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.services.changes import Change
from zhiyin.respond.services.customer import reopen_case
from zhiyin.respond.services.opening import add_voice, open_case
from zhiyin.respond.statuses import ENDED

REOPENS_WITHIN = timedelta(days=7)
_MOST_LOOKED_AT = 20
_MOST_FORGOTTEN = 500
_TO_REOPEN = frozenset({CaseStatus.ANSWERED, CaseStatus.SOLVED, CaseStatus.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a voice is about: whose it is, where, what was complained of, and the key of its order.

    `person` is the key under which facts name the author, who is no known customer yet for a minute or so.
    Without customer and person, nothing is the same matter.
    """

    customer: UUID | None
    unit_id: int
    aspect: str = ""
    order_key: str = ""
    person: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """By what `opening_alone` knows it: two voices of one customer share one of them at least."""
        return tuple(name for name in (self.person, str(self.customer or "")) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The case, and whether it was there before."""

    case: Case
    has_joined: bool


def find_same_matter(matter: Matter, *, scope: Scope) -> Case | None:
    """The newest case of the same customer at the same unit that is open or ended at most `REOPENS_WITHIN`
    ago, about the same aspect (or of which nobody has said yet what it is about) or the same order.
    """
    if not matter.names or not scope.allows(matter.unit_id):
        return None
    since = current_moment() - REOPENS_WITHIN
    still = ~Q(status__in=sorted(one.value for one in ENDED)) | Q(closed_at__gte=since)
    found = Case.objects.filter(still, _theirs(matter), unit_id=matter.unit_id, merged_into=None)
    cases = list(found.select_related("unit", "owner").order_by("-opened_at")[:_MOST_LOOKED_AT])
    about = (case for case in cases if not matter.aspect or case.aspect in ("", matter.aspect))
    return next(about, None) or _find_by_order(cases, matter.order_key)


def _theirs(matter: Matter) -> Q:
    """The customer's, and those that were opened for the person before anybody knew whose they are."""
    theirs = Q(customer=matter.customer) if matter.customer is not None else Q(pk__in=())
    if not matter.person:
        return theirs
    # Read first: a sub-query beside OR would make PostgreSQL read all cases.
    rows = CasePerson.objects.filter(key=matter.person).order_by("-case_id")
    return theirs | Q(pk__in=list(rows.values_list("case_id", flat=True)[:_MOST_LOOKED_AT]))


def remember_person(case: Case, matter: Matter) -> None:
    """The next voice of whoever it is finds the case at once. Again, it changes nothing."""
    if matter.person:
        CasePerson.objects.get_or_create(case=case, key=matter.person)


def erase_person(case: Case) -> None:
    """No key leads to the case any more."""
    CasePerson.objects.filter(case=case).delete()


def forget_persons() -> int:
    """How many keys went, of cases that nothing can join any more."""
    over = CasePerson.objects.filter(case__closed_at__lt=timezone.now() - REOPENS_WITHIN)
    keys = list(over.values_list("pk", flat=True)[:_MOST_FORGOTTEN])
    return CasePerson.objects.filter(pk__in=keys).delete()[0]


def read_matter(detail: FeedbackDetail, *, unit_id: int) -> Matter:
    """What the voice is about, as far as the facts tell."""
    feedback_id = detail.feedback.feedback_id
    keys = read_keys([feedback_id]).get(feedback_id, VoiceKeys())
    return Matter(
        customer=customer_of_key(keys.author) if keys.author else None,
        unit_id=unit_id,
        aspect=complained_aspect(detail),
        order_key=keys.order,
        person=keys.author,
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


def join_case(
    case: Case, *, feedback_id: str, by: Actor, urgency: int = 0, contact: Contact | None = None
) -> Case:
    """The voice joins the case, or that into which it went; the more urgent of both counts, and a contact is
    kept where the case has none. One that had an answer or was over is taken up again: it is not solved.

    Raises:
        VoiceHasCase: a case is about the voice already.
    """
    with holding(find_heir(case)) as (held,):
        held = add_voice(held, feedback_id=feedback_id, by=by, urgency=urgency, contact=contact)  # noqa: PLW2901
        if held.stands in _TO_REOPEN:
            return reopen_case(held, by=by)
        return customer_spoke(held, by=by) if by.kind == "visitor" else held


def bring_forward(change: Change, step: Step, by: Actor) -> None:
    """A hook before saving: what a voice made more urgent is due no later than if it were opened now."""
    case = change.case
    if step is Step.VOICE_ADDED and case.stands.awaits_staff:
        case.due_at = min(case.due_at, foresee_due(case, at=change.at))


def open_or_join_case(  # noqa: PLR0913 - what a case begins with
    *,
    feedback_id: str,
    matter: Matter,
    title: str,
    by: Actor,
    contact: Contact | None = None,
    customer_words: str | None = None,
    urgency: int = 0,
    due_at: datetime | None = None,
    skill: str = "",
    scope: Scope,
) -> Joined:
    """The case about the same matter with the voice added, or a new one where there is none. Two voices
    about one matter that come at the same moment open one case.

    Raises:
        As `open_case`.
    """
    with opening_alone(*matter.names):
        there = find_same_matter(matter, scope=scope)
        if there is not None:
            case = join_case(there, feedback_id=feedback_id, by=by, urgency=urgency, contact=contact)
            return Joined(case=case, has_joined=True)
        case = open_case(
            feedback_id=feedback_id,
            unit_id=matter.unit_id,
            title=title,
            by=by,
            contact=contact,
            customer_words=customer_words,
            urgency=urgency,
            due_at=due_at,
            skill=skill,
            customer=matter.customer,
            aspect=matter.aspect,
        )
        remember_person(case, matter)
    return Joined(case=case, has_joined=False)
