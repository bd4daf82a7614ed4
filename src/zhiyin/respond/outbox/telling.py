"""Tells a second reader that an answer waits, and its author what the reader said."""

from __future__ import annotations

from datetime import datetime

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.units import ensure_root
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify
from zhiyin.respond.queries.owners import find_above, find_default_owner


def tell_reader(answer: OutgoingAnswer, *, at: datetime, by: Actor) -> None:
    """Whoever stands above the author, else the unit's own; anybody else of the unit may read it too."""
    unit = answer.unit or ensure_root()
    author = answer.author
    reader = find_above(author, unit=unit) if author is not None else None
    reader = reader or find_default_owner(unit, without=author)
    if reader is not None:
        _tell(reader, answer, kind=NoticeKind.READ_ASKED, at=at, by=by)


def tell_author(answer: OutgoingAnswer, *, is_passed: bool, at: datetime, by: Actor) -> None:
    """That it goes out, or what has to change."""
    if answer.author is not None:
        kind = NoticeKind.READ_PASSED if is_passed else NoticeKind.READ_REFUSED
        _tell(answer.author, answer, kind=kind, at=at, by=by)


def _tell(account: Account, answer: OutgoingAnswer, *, kind: NoticeKind, at: datetime, by: Actor) -> None:
    """Once for each version of the answer."""
    key = f"reading:{answer.pk}:{answer.version}:{kind.value}"
    facts = {"voice": answer.feedback_id}
    notify([account], kind=kind, key=key, at=at, case=answer.case, by=by, facts=facts)
