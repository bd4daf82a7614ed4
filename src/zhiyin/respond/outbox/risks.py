"""Why a second person has to read a public answer before it is seen by everybody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.knowledge.plain import Code, check_text, language_of
from zhiyin.listen.items import FeedbackIn
from zhiyin.respond.outbox.targets import Target, find_item

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_GRAVE = 3
_NOW = 3
# Blame and promises without a date are what a company is quoted for.
_BAD_WORDS = frozenset({Code.BLAME, Code.VAGUE_PROMISE, Code.LECTURING})
_MANY_FOLLOWERS, _MANY_VIEWS = 10_000, 50_000
_FOLLOWERS = ("followers", "fans", "粉丝数", "粉丝")
_VIEWS = ("views", "reads", "likes", "浏览量", "阅读量", "点赞数")
_SAFETY = "safety"


class Risk(StrEnum):
    """One reason for a second reader."""

    WORDS = "words"
    SAFETY = "safety"
    GRAVE = "grave"
    REACH = "reach"


RISK_NAMES: Mapping[Risk, StrPromise] = {
    Risk.WORDS: _("words that blame, lecture or promise without a date"),
    Risk.SAFETY: _("somebody’s safety or health"),
    Risk.GRAVE: _("a grave matter"),
    Risk.REACH: _("many people see it"),
}


def find_risks(target: Target, text: str) -> list[Risk]:
    """Every reason, none for what only the customer sees. It reads what the source told of the reach."""
    if not target.rule.is_public:
        return []
    feedback, case = target.detail.feedback, target.case
    found = []
    if any(one.code in _BAD_WORDS for one in check_text(text, language=language_of(text)).remarks):
        found.append(Risk.WORDS)
    if (case is not None and case.is_safety) or any(_SAFETY in one for one in feedback.urgency_reasons):
        found.append(Risk.SAFETY)
    if feedback.urgency >= _NOW or (case is not None and case.severity >= _GRAVE):
        found.append(Risk.GRAVE)
    item = find_item(target.detail)
    if item is not None and _is_seen_by_many(item):
        found.append(Risk.REACH)
    return found


def _is_seen_by_many(item: FeedbackIn) -> bool:
    told = {name.casefold(): value for name, value in item.attributes.items()}
    return _most(told, _FOLLOWERS) >= _MANY_FOLLOWERS or _most(told, _VIEWS) >= _MANY_VIEWS


def _most(told: Mapping[str, object], names: tuple[str, ...]) -> float:
    found = [told[name] for name in names if name in told]
    return max((float(one) for one in found if isinstance(one, int | float)), default=0.0)
