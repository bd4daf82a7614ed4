"""Agents object to a line of their score; somebody else decides; what was changed has a star."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, QualityAppeal, QualityChange, QualityResult, QualityScore
from zhiyin.respond.quality.kinds import AppealState
from zhiyin.respond.quality.reviewing import OwnWork
from zhiyin.respond.quality.scoring import total_of
from zhiyin.respond.services.changes import shorten

MAX_REASON = 2_000


class TooLate(Conflict):
    """The days to object are over."""


class AppealedAlready(Conflict):
    """An objection against this line was made, or decided, already."""


def get_own_result(result_id: int, *, account: Account) -> QualityResult:
    """A line of a score of the account's own work. Raises `NotFound` for anybody else's."""
    found = (
        QualityResult.objects.select_related("score", "score__rubric", "item")
        .filter(pk=result_id, score__agent=account)
        .first()
    )
    if found is None:
        raise NotFound("There is no such line in a score of yours.")
    return found


def may_appeal(score: QualityScore) -> bool:
    """Whether the days to object still run."""
    return timezone.now() <= score.at + timedelta(days=score.rubric.appeal_days)


def appeal(result: QualityResult, *, reason: str, by: Actor, account: Account) -> QualityAppeal:
    """An objection against a line that is not met.

    Raises:
        InvalidInput: no reason, or the line is met. TooLate, AppealedAlready.
    """
    clean = shorten(reason, limit=MAX_REASON)
    if not clean:
        raise InvalidInput("The reason is missing.", next_step="Say why it is not so.", field="why_not")
    if result.is_met is not False:
        raise InvalidInput("The line is met.", next_step="Choose one that is not.", field="why_not")
    if not may_appeal(result.score):
        raise TooLate("The days to object are over.", next_step="Speak with who scored it.")
    try:
        with transaction.atomic():
            made = QualityAppeal.objects.create(
                score=result.score, item=result.item, by=account, at=timezone.now(), reason=clean
            )
            record_event(
                "quality.appealed", by=by, target=("quality_score", str(result.score_id)), details={}
            )
    except IntegrityError:
        raise AppealedAlready("You have objected already.", next_step="Wait for the decision.") from None
    return made


def get_appeal(appeal_id: int, *, scope: Scope) -> QualityAppeal:
    """The appeal, if the scope allows the unit of its score. Raises `NotFound`."""
    found = QualityAppeal.objects.select_related("score").filter(pk=appeal_id).first()
    if found is None or not scope.allows(found.score.unit_id):
        raise NotFound("There is no such objection.")
    return found


def decide(
    made: QualityAppeal, *, is_granted: bool, words: str, by: Actor, account: Account
) -> QualityAppeal:
    """Grant it, which changes the line and the total, or refuse it; either with words for the agent.

    Raises:
        InvalidInput: no words. OwnWork: one's own objection or score. AppealedAlready: it is decided.
    """
    clean = shorten(words, limit=MAX_REASON)
    if not clean:
        raise InvalidInput("The decision has no words.", next_step="Say why.", field="decision")
    if account.pk in (made.by_id, made.score.judge_id):
        raise OwnWork("This is an objection, or a score, of your own.", next_step="Leave it to a colleague.")
    with transaction.atomic():
        score = QualityScore.objects.select_for_update().get(pk=made.score_id)
        state = AppealState.GRANTED if is_granted else AppealState.REFUSED
        n_changed = QualityAppeal.objects.filter(pk=made.pk, state=AppealState.OPEN.value).update(
            state=state.value, decided_by=account, decided_at=timezone.now(), decision=clean
        )
        if not n_changed:
            raise AppealedAlready("It is decided already.", next_step="Look at the decision.")
        if is_granted:
            _change(score, made=made, account=account)
        details = {"granted": is_granted}
        record_event("quality.decided", by=by, target=("quality_score", str(score.pk)), details=details)
    made.refresh_from_db()
    return made


def _change(score: QualityScore, *, made: QualityAppeal, account: Account) -> None:
    before = score.total
    QualityResult.objects.filter(score=score, item=made.item_id).update(is_met=True)
    results = QualityResult.objects.filter(score=score).select_related("item")
    score.total, score.is_fatal = total_of([(one.item, one.is_met) for one in results])
    score.n_changes = F("n_changes") + 1
    score.save(update_fields=["total", "is_fatal", "n_changes"])
    QualityChange.objects.create(
        score=score,
        item=made.item,
        by=account,
        at=timezone.now(),
        total_before=before,
        total_after=score.total,
    )


def erase_quality_words(case: Case) -> None:
    """What people wrote about the case goes; the figures stay."""
    scores = QualityScore.objects.filter(case=case)
    QualityAppeal.objects.filter(score__in=scores).update(reason="", decision="")
    scores.update(comment="")
