"""Tells approvers of requests for large files, and askers of the answer."""

from __future__ import annotations

from zhiyin.people.actors import Actor
from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.exporting.queries import list_approvers
from zhiyin.people.models import ExportRequest
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify


def tell_approvers(found: ExportRequest) -> None:
    """Everybody who may agree."""
    notify(
        list_approvers(but=found.account),
        kind=NoticeKind.EXPORT_ASKED,
        key=f"export:{found.pk}:asked",
        at=found.asked_at,
        by=Actor.of(found.account),
        facts={"rows": str(found.n_rows)},
    )


def tell_asker(found: ExportRequest) -> None:
    """Whoever asked, once by answer."""
    if found.answered_at is None or found.answered_by is None:
        return
    is_yes = found.state == ExportState.APPROVED
    facts = {"rows": str(found.n_rows)}
    if found.until is not None:
        facts["due"] = found.until.isoformat()
    notify(
        [found.account],
        kind=NoticeKind.EXPORT_GIVEN if is_yes else NoticeKind.EXPORT_REFUSED,
        key=f"export:{found.pk}:{found.answered_at.isoformat()}",
        at=found.answered_at,
        by=Actor.of(found.answered_by),
        facts=facts,
    )
