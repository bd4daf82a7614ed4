"""Opens a case of each signal that a rule names, once; signals about one thing meet in one case."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import Conflict, NotFound
from zhiyin.insight.alerts.rules import SINGLE_VOICE
from zhiyin.insight.models import Signal
from zhiyin.insight.models.signals import WANTED
from zhiyin.listen.api import open_lake
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.queries import FeedbackDetail, get_feedback
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.units import ensure_root
from zhiyin.respond.about import find_contact, suggest_title
from zhiyin.respond.flow.services import (
    Joined,
    find_heir,
    open_or_join_case,
    opening_alone,
    read_matter,
)
from zhiyin.respond.models import Case, CaseVoice, SignalCase, SignalRule, Step
from zhiyin.respond.services import open_case
from zhiyin.respond.services.changes import changing, write_note
from zhiyin.respond.signals.matching import find_rule, list_rules_that_act
from zhiyin.respond.signals.saying import say_signals
from zhiyin.respond.signals.services import ensure_rules

logger = logging.getLogger(__name__)

_SECONDS = 5.0
_NEWS = timedelta(hours=48)
_A_DAY = timedelta(days=1)
_MOST = 1_000
_MOST_REMEMBERED = 100_000


@dataclass(slots=True)
class Judged:
    """Signals that no rule wants, so that nobody judges them again: as long as the rules stay as they are."""

    rules: tuple[tuple[int, int], ...] = ()
    keys: set[int] = field(default_factory=set)

    def keep_for(self, rules: Sequence[SignalRule]) -> None:
        """Forget all where the rules have changed, or too much is remembered."""
        now = tuple((rule.pk, rule.version) for rule in rules)
        if now != self.rules or len(self.keys) > _MOST_REMEMBERED:
            self.rules, self.keys = now, set()


def make_signals_chore() -> Chore:
    """What the worker does for signals; a signal of which a case came is never looked at again."""
    judged = Judged()

    def run(should_stop: Callable[[], bool]) -> None:
        now = timezone.now()
        ensure_rules(now=now)
        open_from_signals(now=now, judged=judged, should_stop=should_stop)

    return Chore(name="signal-cases", every_seconds=_SECONDS, run=run)


def open_from_signals(
    *, now: datetime, judged: Judged | None = None, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """How many signals of the last two days went into a case, new or there before. Safe for several
    processes at a time, and to be broken off anywhere.
    """
    judged = Judged() if judged is None else judged
    rules = list_rules_that_act()
    judged.keep_for(rules)
    n_done = 0
    for signal in _list_waiting(rules, now=now, known=judged.keys):
        if should_stop():
            break
        read_voice = cache(lambda feedback_id=signal.feedback_id: _read_voice(feedback_id))
        rule = find_rule(signal, rules=rules, read_voice=read_voice)
        if rule is None:
            judged.keys.add(signal.pk)
        elif _has_room(rule, now=now):
            n_done += _act(signal, rule, voice=read_voice(), now=now)
    return n_done


def _list_waiting(rules: Sequence[SignalRule], *, now: datetime, known: set[int]) -> list[Signal]:
    begun = [rule.on_since for rule in rules if rule.on_since is not None]
    if not begun:
        return []
    rows = Signal.objects.filter(at__gte=max(now - _NEWS, min(begun)), claimed_by="").exclude(kind=WANTED)
    rows = rows.exclude(kind__in=SINGLE_VOICE, feedback_id="")  # of a voice that was erased
    rows = rows.filter(level__gte=min(rule.min_level for rule in rules)).order_by("at", "pk")
    fresh = [pk for pk in rows.values_list("pk", flat=True) if pk not in known][:_MOST]
    found = Signal.objects.select_related("unit", "rule", "incident__unit").in_bulk(fresh)
    return [found[pk] for pk in fresh if pk in found]


def _read_voice(feedback_id: str) -> FeedbackDetail | None:
    if not feedback_id:
        return None
    try:
        return get_feedback(open_lake(), feedback_id=feedback_id, scope=EVERYTHING)
    except NotFound:  # erased meanwhile
        return None


def _has_room(rule: SignalRule, *, now: datetime) -> bool:
    opened = SignalCase.objects.filter(rule=rule, has_joined=False, at__gt=now - _A_DAY)
    return opened.count() < rule.most_a_day


def _act(signal: Signal, rule: SignalRule, *, voice: FeedbackDetail | None, now: datetime) -> bool:
    """Whether it went into a case; False where another process was quicker, or it cannot be now."""
    if signal.feedback_id and voice is None:
        return False
    unit_id = rule.for_unit_id or signal.unit_id or ensure_root().pk
    matter = read_matter(voice, unit_id=unit_id) if voice is not None else None
    names = matter.names if matter is not None else (matter_of(signal),)
    try:
        with translation.override(settings.LANGUAGE_CODE), opening_alone(*names):
            held = Signal.objects.select_for_update().filter(pk=signal.pk).first()
            if held is None or held.claimed_by:
                return False
            begin = _Beginning(rule=rule, unit_id=unit_id, now=now)
            joined = begin.of_voice(voice) if voice is not None else begin.of_figures(signal)
            SignalCase.objects.create(
                signal=held,
                case=joined.case,
                rule=rule,
                matter=matter_of(signal),
                has_joined=joined.has_joined,
                at=now,
            )
            held.claimed_by = f"case:{joined.case.number}"
            held.save(update_fields=["claimed_by"])
    except Conflict as error:  # nobody to own it, or somebody was quicker: the next round looks again
        logger.warning("no case of signal %s: %s", signal.pk, error)
        return False
    return True


def matter_of(signal: Signal) -> str:
    """The same for signals about one thing: an incident, or a rule, its unit and its aspect; empty for those
    of one voice, which belong to their customer's matter.
    """
    if signal.feedback_id:
        return ""
    if signal.incident_id is not None:
        return f"incident:{signal.incident_id}"
    return f"rule:{signal.rule_id}:{signal.unit_id}:{signal.aspect}"[:120]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """How a case begins by a rule."""

    rule: SignalRule
    unit_id: int
    now: datetime

    @property
    def due_at(self) -> datetime | None:
        return self.now + timedelta(hours=self.rule.due_hours) if self.rule.due_hours else None

    def of_voice(self, voice: FeedbackDetail) -> Joined:
        """The case of the voice, that of its customer's matter, or a new one."""
        feedback = voice.feedback
        there = CaseVoice.objects.select_related("case").filter(feedback_id=feedback.feedback_id).first()
        if there is not None:
            return Joined(case=there.case, has_joined=True)
        return open_or_join_case(
            feedback_id=feedback.feedback_id,
            matter=read_matter(voice, unit_id=self.unit_id),
            title=suggest_title(voice, language=page_language()) or _("A voice that needs somebody"),
            by=SYSTEM,
            contact=find_contact(voice),
            urgency=max(self.rule.urgency, feedback.urgency),
            due_at=self.due_at,
            skill=self.rule.skill,
            scope=EVERYTHING,
        )

    def of_figures(self, signal: Signal) -> Joined:
        """The open case about the same thing, with a note that it goes on, or a new one."""
        said = say_signals([signal], now=self.now)[signal.pk]
        there = find_open_case(signal)
        if there is not None:
            with changing(there, step=Step.NOTED, by=SYSTEM, is_addition=True) as change:
                write_note(change, _("It goes on: %(signal)s") % {"signal": said}, by=SYSTEM)
            return Joined(case=change.case, has_joined=True)
        case = open_case(
            feedback_id="",
            unit_id=self.unit_id,
            title=said,
            by=SYSTEM,
            urgency=self.rule.urgency,
            due_at=self.due_at,
            skill=self.rule.skill,
            has_voice=False,
        )
        return Joined(case=case, has_joined=False)


def find_open_case(signal: Signal) -> Case | None:
    """The open case of an earlier signal about the same thing, or that into which it went."""
    same = Q(matter=matter_of(signal))
    if signal.incident_id is not None:
        same |= Q(signal__incident=signal.incident_id)  # of an incident that became part of this one, too
    rows = SignalCase.objects.filter(same).select_related("case__merged_into").order_by("-at", "-pk")
    heirs = (find_heir(row.case) for row in rows[:20])
    return next((case for case in heirs if case.is_open), None)
