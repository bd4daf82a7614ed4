"""Notices as lines of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from zhiyin.insight.delivery.answers import find_reason
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Notice
from zhiyin.respond.notices.kinds import MailState, NoticeKind
from zhiyin.respond.notices.words import ICONS, say_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice in the words of the page. `title` is empty for whoever may not read the case."""

    notice: Notice
    icon: str
    text: str
    title: str
    mail_problem: str


def read_lines(notices: Sequence[Notice], *, scope: Scope) -> list[Line]:
    """In the order in which they came."""
    return [_line(one, scope=scope) for one in notices]


def _line(notice: Notice, *, scope: Scope) -> Line:
    case = notice.case
    return Line(
        notice=notice,
        icon=ICONS[NoticeKind(notice.kind)],
        text=say_notice(notice),
        title=case.title if case is not None and scope.allows(case.unit_id) else "",
        mail_problem=_say_mail(notice),
    )


def _say_mail(notice: Notice) -> str:
    if notice.mail != MailState.FAILED:
        return ""
    reason = find_reason(notice.mail_reason)
    return reason.zh if (get_language() or "zh").startswith("zh") else reason.en
