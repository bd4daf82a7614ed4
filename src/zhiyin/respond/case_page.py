"""Everything that the page of one case shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language, short_moment
from zhiyin.people.access import visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.respond.about import AboutVoice, list_voices
from zhiyin.respond.contacts import Contact
from zhiyin.respond.ending import list_what_ends
from zhiyin.respond.flow.telling import Beside, read_beside, tell_detail, tell_words
from zhiyin.respond.greetings import ReadyGreeting, list_greetings
from zhiyin.respond.links import customer_address
from zhiyin.respond.models import Case, CaseAnswer, CaseEvent
from zhiyin.respond.moods.queries import MoodLine, draw_moods
from zhiyin.respond.owning.queries import units_before
from zhiyin.respond.queries import find_draft, list_events, list_possible_owners, read_contact
from zhiyin.respond.statuses import CaseStatus, Step
from zhiyin.respond.wording import STEP_ICONS, STEP_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One step of the story. `kind` of words: `note`, `answer`, `customer`, or empty without words.

    `told` is what the customer was told besides an answer, such as a question. `mood`: the stars of staff
    at a contact, and whether the asker may give them.
    """

    step: str
    icon: str
    name: str
    who: str
    at: datetime
    detail: str
    words: str
    kind: str
    told: str
    mood: MoodLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What the page shows; `link`, `owners` and `what_ends` are empty for whoever may only look."""

    case: Case
    voices: list[AboutVoice]
    entries: list[Entry]
    contact: Contact
    draft: CaseAnswer | None
    greetings: list[ReadyGreeting]
    owners: list[Account]
    link: str
    what_ends: list[str]
    may_work: bool
    may_reveal: bool

    @property
    def is_ended(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.case.is_open

    @property
    def latest_words(self) -> Entry | None:
        """What the customer said when it was last not solved, while that still waits for us."""
        reopened = [entry for entry in self.entries if entry.step == Step.REOPENED]
        is_waiting = bool(reopened) and self.case.stands.awaits_staff
        return reopened[-1] if is_waiting and reopened[-1].words else None

    @property
    def may_start(self) -> bool:
        """Whether the next step is to begin."""
        return self.case.stands in (CaseStatus.OPEN, CaseStatus.REOPENED)

    @property
    def needs_reason(self) -> bool:
        """Whether closing it now needs a reason."""
        return self.case.stands.awaits_staff


def read_case_page(request: HttpRequest, case: Case) -> CasePage:
    """The page for this visitor, who may read the case."""
    visitor, language = visitor_of(request), page_language()
    may_work = visitor.scope_for(Permission.CASES_WORK).allows(case.unit_id)
    voices = list_voices(
        case,
        scope=visitor.scope_for(Permission.FEEDBACK_READ),
        language=language,
        came_from=units_before(case, visitor=visitor),
    )
    beside, events = read_beside(case), list_events(case)
    moods = draw_moods(case, events=events, account=visitor.account if may_work else None)
    spoken = voices[0].detail.feedback.language if voices else None
    return CasePage(
        case=case,
        voices=voices,
        entries=[
            _entry(event, has_voice=bool(voices), beside=beside, mood=moods.get(event.pk)) for event in events
        ],
        contact=read_contact(case).masked(),
        draft=find_draft(case) if may_work else None,
        greetings=list_greetings(case, customer_language=spoken or "zh", page_language=language),
        owners=[one for one in list_possible_owners(case.unit) if one.pk != case.owner_id]
        if may_work
        else [],
        link=customer_address(request, case) if may_work else "",
        what_ends=list_what_ends(case) if may_work and case.is_open else [],
        may_work=may_work,
        may_reveal=visitor.scope_for(Permission.VERBATIM_REVEAL).allows(case.unit_id),
    )


def _entry(event: CaseEvent, *, has_voice: bool, beside: Beside, mood: MoodLine | None) -> Entry:
    step = Step(event.kind)
    words, kind = _words(event, has_voice=has_voice)
    return Entry(
        step=step.value,
        icon=STEP_ICONS[step],
        name=_name(event, step=step),
        who=_who(event),
        at=event.at,
        detail=_detail(event, step=step) or tell_detail(event, beside=beside),
        words=words,
        kind=kind,
        told=tell_words(event, beside=beside),
        mood=mood,
    )


def _name(event: CaseEvent, *, step: Step) -> str:
    if step is Step.CUSTOMER_SPOKE and event.actor_kind != "visitor":
        return _("passed on what the customer said")
    if step is Step.PROMISED and event.actor_kind == "visitor":
        return _("asked to be called")
    return str(STEP_NAMES[step])


def _words(event: CaseEvent, *, has_voice: bool) -> tuple[str, str]:
    if event.note is not None:
        return event.note.text, "note"
    if event.answer is not None:
        return event.answer.text, "answer"
    # What the case began with stands above already, as the voice.
    if event.words is not None and not (has_voice and event.kind == Step.OPENED):
        return event.words.masked, "customer"
    return "", ""


def _who(event: CaseEvent) -> str:
    if event.actor is not None:
        return str(event.actor)
    return _("The customer") if event.actor_kind == "visitor" else _("Zhiyin")


def _detail(event: CaseEvent, *, step: Step) -> str:
    names = {"old": str(event.owner_from or ""), "new": str(event.owner_to)}
    if step in (Step.TRANSFERRED, Step.TRANSFER_UNDONE, Step.ESCALATED):
        return f"{names['old']} → {names['new']}"
    if step is Step.REOPENED and event.owner_from_id != event.owner_to_id:
        return _("%(old)s has left; %(new)s looks after it now") % names
    if step is Step.OPENED:
        return _("owner: %(new)s") % names
    return short_moment_of(event.due_at) if step is Step.DUE_SET else ""


def short_moment_of(moment: datetime) -> str:
    """The time as date and hour, in the zone of the page."""
    return short_moment(timezone.localtime(moment), with_year=False)
