"""Makes a case of its own out of some voices of another, copies cases, and takes a split back."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.people.actors import Actor
from zhiyin.respond.errors import CaseChanged, NothingToUndo
from zhiyin.respond.flow.errors import CannotSplit
from zhiyin.respond.flow.holding import OPEN, holding
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.flow.merging import move_voices
from zhiyin.respond.models import Case, CaseLink, CaseStatus, CaseVoice, Step
from zhiyin.respond.queries.story import read_contact
from zhiyin.respond.services.changes import account_id_of, changing
from zhiyin.respond.services.opening import open_case


def split_case(
    case: Case, *, feedback_ids: Sequence[str], title: str, by: Actor, version: int | None = None
) -> Case:
    """A new case about these voices of the case, at the same unit, for the same customer.

    The voice that a case began with stays where it is, and a case keeps one voice at least.

    Raises:
        InvalidInput: no title. CannotSplit: the case is over, or not these voices. CaseChanged: it was
        changed.
    """
    with holding(case) as (source,):
        if version is not None and source.version != version:
            raise CaseChanged(source.number)
        wanted = _check(source, feedback_ids)
        new = _open_beside(source, title=title, feedback_id=wanted[0], by=by)
        voices = move_voices(source, new, only=wanted)
        with changing(source, step=Step.SPLIT, by=by) as change:
            pass
        CaseLink.objects.create(
            kind=LinkKind.SPLIT.value,
            source=source,
            target=new,
            voices=voices,
            status_before=source.status,
            at=change.at,
            by_id=account_id_of(by),
        )
    return new


def undo_split(case: Case, *, by: Actor) -> Case:
    """The case that it was split off, with all voices of both; the split one is closed and leads there.

    Raises:
        NothingToUndo: it was not split off, or one of the two has gone into another.
    """
    link = CaseLink.objects.filter(target=case, kind=LinkKind.SPLIT.value, undone_at=None).first()
    if link is None:
        raise NothingToUndo(case.number)
    with holding(case, link.source) as (new, source):
        again = CaseLink.objects.filter(pk=link.pk, undone_at=None).exists()
        if not again or new.merged_into_id is not None or source.merged_into_id is not None:
            raise NothingToUndo(case.number)
        move_voices(new, source)
        if new.is_open:
            with changing(new, step=Step.CLOSED, by=by) as closing:
                closing.case.status, closing.case.closed_at = CaseStatus.CLOSED, closing.at
                closing.case.merged_into = source
        else:
            Case.objects.filter(pk=new.pk).update(merged_into=source)
        with changing(source, step=Step.SPLIT_UNDONE, by=by) as change:
            pass
        link.undone_at = change.at
        link.save()
    return change.case


def clone_case(case: Case, *, by: Actor, title: str = "") -> Case:
    """A new case of the same customer at the same unit, with the same contact, without its story.

    Both tell of each other. The voice stays with the first: a voice belongs to one case.

    Raises:
        NobodyToOwn: nobody may look after it.
    """
    with holding(case) as (source,):
        new = _open_beside(source, title=title or source.title, feedback_id=source.feedback_id, by=by)
        with changing(source, step=Step.CLONED, by=by, is_addition=True) as change:
            pass
        CaseLink.objects.create(
            kind=LinkKind.CLONE.value, source=source, target=new, at=change.at, by_id=account_id_of(by)
        )
    return new


def _check(source: Case, feedback_ids: Sequence[str]) -> list[str]:
    if source.stands not in OPEN:
        raise CannotSplit(f"Case {source.number} is over.", next_step="Take it up again first.")
    voices = CaseVoice.objects.filter(case=source).exclude(feedback_id=source.feedback_id)
    found = list(voices.filter(feedback_id__in=feedback_ids).order_by("added_at", "pk"))
    if not found or len(found) != len(set(feedback_ids)):
        raise CannotSplit(
            "Choose voices of this case, but not the one that it began with.",
            next_step="Tick those that are about something else.",
        )
    if CaseVoice.objects.filter(case=source).count() == len(found):
        raise CannotSplit("A case keeps one voice at least.", next_step="Leave one where it is.")
    return [one.feedback_id for one in found]


def _open_beside(source: Case, *, title: str, feedback_id: str, by: Actor) -> Case:
    return open_case(
        feedback_id=feedback_id,
        unit_id=source.unit_id,
        title=title,
        by=by,
        contact=read_contact(source),
        urgency=source.urgency,
        customer=source.customer,
        has_voice=False,
    )
