"""What notices say, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import short_moment
from zhiyin.respond.clocks.words import kind_name
from zhiyin.respond.models import Notice
from zhiyin.respond.notices.kinds import MailWish, NoticeKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_TEXTS: Mapping[NoticeKind, StrPromise] = {
    NoticeKind.CASE_GIVEN: _("Case %(number)s is yours now."),
    NoticeKind.ESCALATED: _("Case %(number)s was escalated to you."),
    NoticeKind.KICKED_ABOUT: _(
        "Case %(number)s was handed over more than twice. Keep it with one person, or decide it yourself."
    ),
    NoticeKind.CASE_GONE: _("Case %(number)s is with somebody else now."),
    NoticeKind.CUSTOMER_SPOKE: _("The customer added something to case %(number)s."),
    NoticeKind.REOPENED: _("Case %(number)s is not solved for the customer."),
    NoticeKind.URGED: _("The customer asks for haste in case %(number)s."),
    NoticeKind.CLOCK_SOON: _("Case %(number)s is nearly due: %(clock)s, %(due)s."),
    NoticeKind.CLOCK_LATE: _("Case %(number)s is late: %(clock)s, it was due %(due)s."),
    NoticeKind.CALL_MISSED: _("The call that was promised in case %(number)s was not made in time."),
    NoticeKind.APPROVAL_ASKED: _("Case %(number)s waits for your yes."),
    NoticeKind.APPROVAL_PASSED_ON: _(
        "Somebody did not answer in time: case %(number)s waits for your yes now."
    ),
    NoticeKind.APPROVAL_GIVEN: _("What you asked for in case %(number)s is agreed to and granted."),
    NoticeKind.APPROVAL_REFUSED: _(
        "What you asked for in case %(number)s is not agreed to. See what is proposed instead."
    ),
    NoticeKind.READ_ASKED: _("An answer of a colleague waits for you as its second reader."),
    NoticeKind.READ_PASSED: _("The second reader agrees with your answer, so it goes out."),
    NoticeKind.READ_REFUSED: _("The second reader says what has to change in your answer."),
    NoticeKind.MENTIONED: _("You are named in a note on case %(number)s."),
    NoticeKind.EXPORT_ASKED: _("A colleague asks for a file of %(rows)s rows and waits for your yes."),
    NoticeKind.EXPORT_GIVEN: _("Your file of %(rows)s rows may be fetched, once, until %(due)s."),
    NoticeKind.EXPORT_REFUSED: _("Your file of %(rows)s rows was not approved. See why."),
}

ICONS: Mapping[NoticeKind, str] = {
    NoticeKind.CASE_GIVEN: "clipboard-list",
    NoticeKind.ESCALATED: "alert-triangle",
    NoticeKind.CASE_GONE: "arrow-right",
    NoticeKind.KICKED_ABOUT: "alert-triangle",
    NoticeKind.CUSTOMER_SPOKE: "message-circle",
    NoticeKind.REOPENED: "refresh",
    NoticeKind.URGED: "bell",
    NoticeKind.CLOCK_SOON: "clock",
    NoticeKind.CLOCK_LATE: "alert-triangle",
    NoticeKind.CALL_MISSED: "phone",
    NoticeKind.APPROVAL_ASKED: "user-check",
    NoticeKind.APPROVAL_PASSED_ON: "user-check",
    NoticeKind.APPROVAL_GIVEN: "circle-check",
    NoticeKind.APPROVAL_REFUSED: "circle-x",
    NoticeKind.READ_ASKED: "eye",
    NoticeKind.READ_PASSED: "circle-check",
    NoticeKind.READ_REFUSED: "writing",
    NoticeKind.MENTIONED: "message",
    NoticeKind.EXPORT_ASKED: "user-check",
    NoticeKind.EXPORT_GIVEN: "download",
    NoticeKind.EXPORT_REFUSED: "circle-x",
}

WISH_NAMES: Mapping[MailWish, StrPromise] = {
    MailWish.STEPS: _("What wants a step from me"),
    MailWish.ALL: _("Everything"),
    MailWish.NONE: _("No mail"),
}

_IN_APPROVALS = frozenset({NoticeKind.APPROVAL_ASKED, NoticeKind.APPROVAL_PASSED_ON})
_OF_EXPORTS = frozenset({NoticeKind.EXPORT_ASKED, NoticeKind.EXPORT_GIVEN, NoticeKind.EXPORT_REFUSED})


def say_notice(notice: Notice) -> str:
    """The sentence, with times in the zone that is set; no word of a customer stands in it."""
    facts: Mapping[str, str] = notice.facts
    kind = facts.get("clock", "")
    number = notice.case.number if notice.case is not None else ""
    names = {
        "number": number,
        "clock": kind_name(kind, facts.get("rule", "")) if kind else "",
        "due": _say_due(facts.get("due", "")),
        "rows": facts.get("rows", ""),
    }
    return str(_TEXTS[NoticeKind(notice.kind)]) % names


def path_of(notice: Notice) -> str:
    """The page on which the next step is taken."""
    kind, voice = NoticeKind(notice.kind), notice.facts.get("voice", "")
    if kind in _IN_APPROVALS:
        return reverse("approvals")
    if kind in _OF_EXPORTS:
        return reverse("exports")
    if kind is NoticeKind.READ_ASKED:
        return reverse("inbox_to_read")
    if voice:
        return reverse("inbox_voice", args=[voice])
    return reverse("case", args=[notice.case.number]) if notice.case is not None else reverse("notices")


def say_problem(field: str) -> str:
    """Why the wishes cannot be kept."""
    if field == "quiet_until":
        return gettext("Give both the beginning and the end, or neither.")
    return gettext("Choose from the list.")


def _say_due(text: str) -> str:
    if not text:
        return ""
    return short_moment(timezone.localtime(datetime.fromisoformat(text)), with_year=False)
