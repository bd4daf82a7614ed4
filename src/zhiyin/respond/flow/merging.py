"""Makes one case of two, and two of one again: no voice is lost, and none is in two cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.respond.errors import CaseChanged, NothingToUndo
from zhiyin.respond.flow.errors import CannotMerge, MergedAway
from zhiyin.respond.flow.holding import holding
from zhiyin.respond.flow.kinds import LinkKind
from zhiyin.respond.models import Case, CaseFollow, CaseLink, CaseStatus, CaseVoice, Step
from zhiyin.respond.queries.owners import find_default_owner, may_own
from zhiyin.respond.services.changes import Change, account_id_of, changing


def merge_case(case: Case, *, into: Case, by: Actor, version: int | None = None) -> Case:
    """`case` goes into the other and is closed; its voices and those who follow it go along.

    Raises:
        InvalidInput: both are one. CannotMerge: one is over, merged already, or a group complaint.
        CaseChanged: somebody changed it since.
    """
    if case.pk == into.pk:
        raise InvalidInput("A case cannot be merged into itself.", field="into")
    with holding(case, into) as (source, target):
        if version is not None and source.version != version:
            raise CaseChanged(source.number)
        _check(source, target)
        link = CaseLink(kind=LinkKind.MERGE.value, source=source, target=target, by_id=account_id_of(by))
        link.status_before, link.urgency_before = source.status, target.urgency
        link.voices = move_voices(source, target)
        with changing(source, step=Step.CLOSED, by=by) as closing:
            closing.case.status, closing.case.closed_at = CaseStatus.CLOSED, closing.at
            closing.case.merged_into = target
        link.followers = _share_follows(source, target, change=closing)
        with changing(target, step=Step.MERGED, by=by) as change:
            change.at = closing.at
            change.case.urgency = max(target.urgency, source.urgency)
        link.at = closing.at
        link.save()
    return change.case


def undo_merge(case: Case, *, by: Actor) -> Case:
    """The case that was merged away, as it was; the voices that came with it and are still there go back.

    Raises:
        NothingToUndo: it was not merged, or what it went into was merged on.
    """
    with holding(case, *([case.merged_into] if case.merged_into else [])) as held:
        link = CaseLink.objects.filter(source=case, kind=LinkKind.MERGE.value, undone_at=None).first()
        source, target = held[0], held[-1]
        if link is None or target.pk != link.target_id or target.merged_into_id is not None:
            raise NothingToUndo(case.number)
        CaseVoice.objects.filter(case=target, feedback_id__in=link.voices).update(case=source)
        CaseFollow.objects.filter(case=target, account_id__in=link.followers).delete()
        with changing(source, step=Step.CLOSE_UNDONE, by=by) as opening:
            back = opening.case
            back.status, back.closed_at, back.merged_into = link.status_before, None, None
            if not may_own(back.owner, unit=back.unit):
                back.owner = find_default_owner(back.unit) or back.owner
        with changing(target, step=Step.MERGE_UNDONE, by=by) as change:
            change.at = opening.at
            if change.case.urgency == max(link.urgency_before, source.urgency):
                change.case.urgency = link.urgency_before
        link.undone_at = opening.at
        link.save()
    return opening.case


def find_heir(case: Case) -> Case:
    """The case in which this one goes on: itself, or at the end of what it was merged into."""
    seen = {case.pk}
    while case.merged_into is not None and case.merged_into_id not in seen:
        case = case.merged_into
        seen.add(case.pk)
    return case


def list_with_merged(case: Case) -> list[int]:
    """The ids of the case and of all that went into it, however far round. A query a round."""
    found, new = [case.pk], [case.pk]
    while new:
        rows = Case.objects.filter(merged_into__in=new).exclude(pk__in=found)
        new = list(rows.values_list("pk", flat=True))
        found += new
    return found


@contextmanager
def holding_with_heir(case_id: int) -> Iterator[tuple[Case, Case]]:
    """The case and that in which it goes on (perhaps itself), both locked until the block ends, in the order
    in which everybody locks cases.
    """
    with transaction.atomic():
        while True:
            case = Case.objects.get(pk=case_id)
            heir = find_heir(case)
            with holding(case, heir) as (held, held_heir):
                # Somebody may have merged it, or undone that, before both were held.
                if find_heir(held).pk == heir.pk:
                    yield held, held_heir
                    return


def refuse_merged(change: Change, step: Step, by: Actor) -> None:
    """A hook before saving: what went into another case is not opened beside it."""
    case = change.case
    if case.merged_into is not None and case.is_open:
        raise MergedAway(find_heir(case).number)


def move_voices(source: Case, target: Case, *, only: Sequence[str] | None = None) -> list[str]:
    """Ids of the voices that moved, those of `only` where given. Both cases are held."""
    voices = CaseVoice.objects.filter(case=source)
    if only is not None:
        voices = voices.filter(feedback_id__in=only)
    ids = list(voices.order_by("added_at", "pk").values_list("feedback_id", flat=True))
    voices.update(case=target)
    return ids


def _check(source: Case, target: Case) -> None:
    if not source.is_open or not target.is_open:
        over = target if source.is_open else source
        raise CannotMerge(
            f"Case {over.number} is over.", next_step="Take it up again first, or choose another."
        )
    if Case.objects.filter(parent=source).exists():
        raise CannotMerge(
            f"Case {source.number} is a group complaint.", next_step="Merge the other case into it."
        )


def _share_follows(source: Case, target: Case, *, change: Change) -> list[int]:
    """Accounts that follow the target because they followed the source."""
    there = set(CaseFollow.objects.filter(case=target).values_list("account_id", flat=True))
    coming = CaseFollow.objects.filter(case=source).values_list("account_id", flat=True)
    new = sorted(set(coming) - there)
    CaseFollow.objects.bulk_create(
        CaseFollow(case=target, account_id=account_id, since=change.at) for account_id in new
    )
    return new
