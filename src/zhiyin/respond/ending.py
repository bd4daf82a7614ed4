"""What ends together with a case, such as a promised call: named before, called off with it, back with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhiyin.people.actors import Actor
from zhiyin.respond.callbacks.words import in_company_language
from zhiyin.respond.flow.merging import list_with_merged
from zhiyin.respond.models import Case, CaseEvent, Step
from zhiyin.respond.services.changes import Change, changing, write_note

_OVER = frozenset({Step.SOLVED, Step.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndsWithCase:
    """One kind of what nobody waits for once these cases (by their ids) are over; each gives a line for each.

    `name_owed`: what would be called off, in the language of the page. `call_off` at a moment, and
    `restore` what was called off at the first moment, at the second: for the story, in the company's.
    """

    name_owed: Callable[[Sequence[int]], Iterable[str]]
    call_off: Callable[[Sequence[int], datetime], Iterable[str]]
    restore: Callable[[Sequence[int], datetime, datetime], Iterable[str]]


_kinds: list[EndsWithCase] = []


def register(kind: EndsWithCase) -> None:
    """Registered in `AppConfig.ready`, once; again, it changes nothing."""
    if kind not in _kinds:
        _kinds.append(kind)


def list_what_ends(case: Case) -> list[str]:
    """What is called off when the case ends now, also of what went into it."""
    cases = list_with_merged(case)
    return [line for kind in _kinds for line in kind.name_owed(cases)]


def end_with_case(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: what is owed is called off, and holds again where the closing is taken back.
    What went into another case is looked after there.
    """
    case = change.case
    if step in _OVER and case.merged_into_id is None:
        cases = list_with_merged(case)
        with in_company_language():
            for line in [line for kind in _kinds for line in kind.call_off(cases, change.at)]:
                tell_ended(case, line, is_solved=step is Step.SOLVED, by=by)
    elif step is Step.CLOSE_UNDONE:
        _restore(case, at=change.at, by=by)


def tell_ended(case: Case, line: str, *, is_solved: bool, by: Actor) -> None:
    """The story of the case says what was called off, and why."""
    with in_company_language():
        why = _("The matter is solved.") if is_solved else _("The case was closed.")
    _tell(case, f"{line}\n{why}", by=by)


def _restore(case: Case, *, at: datetime, by: Actor) -> None:
    closing = CaseEvent.objects.filter(case=case, kind=Step.CLOSED.value).order_by("-at", "-id").first()
    if closing is None:
        return
    cases = list_with_merged(case)
    with in_company_language():
        for line in [line for kind in _kinds for line in kind.restore(cases, closing.at, at)]:
            _tell(case, line, by=by)


def _tell(case: Case, words: str, *, by: Actor) -> None:
    with changing(case, step=Step.NOTED, by=by, is_addition=True) as change:
        write_note(change, words, by=by)
