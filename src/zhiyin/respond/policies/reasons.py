"""What the customer is told of a decision, in Chinese and in English: as it stands now, not as it began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import get_language

from zhiyin.respond.answer_templates.variables import Variable, fill, say_time
from zhiyin.respond.models import Decision
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.figures import say_cents
from zhiyin.respond.policies.kinds import Answer, ApprovalState, GrantKind

Stands = Literal["open", "asked", "agreed", "refused"]
_ASKED = (ApprovalState.OPEN, ApprovalState.WAITING)
_BY_ABOVE = (Answer.NEEDS_APPROVAL, Answer.UNKNOWN)
# The customer's own language counts, not that of the page: so both stand here, as in the tables.
_GIFTS: Mapping[str, tuple[str, str]] = {
    GrantKind.MONEY: ("为您退款 {amount} 元", "a refund of {amount}"),
    GrantKind.POINTS: ("送您 {points} 积分", "{points} points for you"),
    GrantKind.SERVICE: ("为您免费服务一次", "a service free of charge"),
    GrantKind.UPGRADE: ("为您免费升级", "an upgrade free of charge"),
    GrantKind.FIX: ("为您重新做好", "we put it right"),
}
_AGREED = ("好消息，这件事已经同意：{gift}。", "Good news, it is agreed: {gift}.")
_PENDING = (
    "这件事需要主管同意：{gift}。我们{{due}}前答复您。",
    "A manager has to agree to this: {gift}. We answer you by {{due}}.",
)
_REFUSED = (
    "很抱歉，这件事不能照原来的办法办。我们可以这样为您解决：{instead}",
    "We are sorry that it cannot be done the way it was asked. What we can do instead: {instead}",
)


def texts_of(decision: Decision, *, stands: Stands | None = None, also_past: bool = False) -> tuple[str, str]:
    """What the customer is told, in Chinese and in English; `stands` where it is to be read as if it did.

    `{due}` is filled with when the case is due. Where that has passed it stays in its braces, so that
    nobody promises yesterday; `also_past` fills it all the same, for a copy of what was said.
    """
    state = stands or stands_of(decision)
    chinese, english = (_text(decision, state=state, n=n) for n in (0, 1))
    due = _due(decision, also_past=also_past)
    if due is None:
        return chinese, english
    zone = decision.case.unit.time_zone
    return (
        fill(chinese, values={Variable.DUE: say_time(due, zone_name=zone, is_chinese=True)}).text,
        fill(english, values={Variable.DUE: say_time(due, zone_name=zone, is_chinese=False)}).text,
    )


def reason_of(decision: Decision, *, stands: Stands | None = None) -> str:
    """What the customer is told, in the language of the page."""
    chinese, english = texts_of(decision, stands=stands)
    return chinese if (get_language() or "zh").startswith("zh") else english


def stands_of(decision: Decision) -> Stands:
    """Whether somebody is asked, everybody agreed, or somebody did not; whatever is granted is agreed."""
    states = {one.state for one in decision.approvals.all()}
    if ApprovalState.REFUSED in states:
        return "refused"
    if states and states <= {ApprovalState.APPROVED.value}:
        return "agreed"
    if any(one.undone_at is None for one in decision.compensations.all()):
        return "agreed"
    return "asked" if states & set(_ASKED) else "open"


def _text(decision: Decision, *, state: Stands, n: int) -> str:
    """In the `n`-th of the two languages, its `{due}` not filled in yet."""
    language, sign = ("zh", "") if n == 0 else ("en", " ")
    condition: str = getattr(decision, f"condition_{language}")
    if state == "refused":
        refused = (one.comment for one in decision.approvals.all() if one.state == ApprovalState.REFUSED)
        return _REFUSED[n].format(instead=next(refused, ""))
    if state == "agreed" and decision.answer in _BY_ABOVE:
        words = _agreed_words(decision, language=language, sign=sign)
        return sign.join(filter(None, [words or _AGREED[n].format(gift=_gift(decision, n=n)), condition]))
    if state == "asked" and decision.answer not in _BY_ABOVE:
        return sign.join(filter(None, [_PENDING[n].format(gift=_gift(decision, n=n)), condition]))
    return sign.join(filter(None, [getattr(decision, f"reason_{language}"), condition]))


def _agreed_words(decision: Decision, *, language: str, sign: str) -> str:
    """As the rows that fitted say it; empty where they leave it to us."""
    rows = table_of(decision.version.jdm).rows
    places = [int(str(one["row"])) - 1 for one in decision.fired]
    found = (getattr(rows[at], f"agreed_{language}") for at in places if 0 <= at < len(rows))
    return sign.join(dict.fromkeys(filter(None, found)))


def _gift(decision: Decision, *, n: int) -> str:
    known = _GIFTS.get(decision.kind)
    if known is None:
        return ("照您说的办", "as you asked")[n]
    return known[n].format(amount=say_cents(decision.amount_cents), points=f"{decision.points:,}")


def _due(decision: Decision, *, also_past: bool) -> datetime | None:
    due = decision.case.due_at
    return due if also_past or due > timezone.now() else None
