"""Scores of robots: conversations in which one spoke, judged by the robots' lines of the rubric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import duckdb
import msgspec

from zhiyin.engine.protocols import Lake
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.queries.conversations import ConversationOut
from zhiyin.measure.worktime import is_open
from zhiyin.people.models import OrgUnit
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.models import QualityItem, QualityRubric, QualityScore
from zhiyin.respond.quality.kinds import About
from zhiyin.respond.quality.rules import RobotTalk, judge_robot
from zhiyin.respond.quality.scoring import store_score

LOOKS_BACK = timedelta(days=30)
_MOST = 300
_WANTED = """
SELECT feedback_id, unit_id, occurred_at, conversation FROM feedback
WHERE is_current AND day >= ? AND conversation.robot_share > 0 ORDER BY feedback_id
"""


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in which a robot spoke."""

    feedback_id: str
    unit_id: int | None
    at: datetime
    meaning: ConversationOut


def list_talks(lake: Lake, *, now: datetime) -> list[Talk]:
    """The conversations of the last 30 days that are not scored, a few hundred at the most."""
    if FEEDBACK.name not in lake.tables():
        return []
    first_day = (now - LOOKS_BACK).astimezone(UTC).date()
    scored = set(
        QualityScore.objects.filter(answered_at__gte=now - 2 * LOOKS_BACK)
        .exclude(conversation="")
        .values_list("conversation", flat=True)
    )
    found: list[Talk] = []
    try:
        with lake.connect(FEEDBACK.name) as connection:
            asked = connection.execute(_WANTED, [first_day])
            while len(found) < _MOST and (row := asked.fetchone()):
                if row[0] not in scored:
                    meaning = msgspec.convert(row[3], ConversationOut)
                    found.append(Talk(feedback_id=row[0], unit_id=row[1], at=_aware(row[2]), meaning=meaning))
    except duckdb.BinderException:
        return []  # a lake from before conversations were understood
    return found


def score_talk(talk: Talk, *, rubric: QualityRubric, items: Sequence[QualityItem]) -> QualityScore | None:
    """The machine's score of the robot; None where somebody was quicker, or no line is about robots."""
    is_known = talk.unit_id is not None and OrgUnit.objects.filter(pk=talk.unit_id).exists()
    unit_id = talk.unit_id if is_known else None
    verdicts = judge_robot(
        RobotTalk(
            marks=Counter(mark.kind for mark in talk.meaning.marks),
            outcome=talk.meaning.outcome,
            is_after_hours=not is_open(calendar_for(unit_id, at=talk.at), talk.at),
        )
    )
    found = {item: verdicts[item.key] for item in items if item.about == About.ROBOT and item.key in verdicts}
    if not found:
        return None
    score = QualityScore(
        conversation=talk.feedback_id, rubric=rubric, unit_id=unit_id, agent=None, answered_at=talk.at
    )
    return store_score(score, verdicts=found, answers=[])


def forget_talks(feedback_ids: Sequence[str]) -> None:
    """The scores of conversations that were erased go with them."""
    QualityScore.objects.filter(conversation__in=list(feedback_ids)).exclude(conversation="").delete()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
