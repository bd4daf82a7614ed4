"""What makes notices, marks them as read, and keeps what an account wants by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.delivery.outside import read_outside
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, Notice, NoticeSettings
from zhiyin.respond.notices.kinds import MailState, MailWish, NoticeKind
from zhiyin.respond.services.changes import account_id_of

KEPT = timedelta(days=90)
NOW_LEVEL = 3
# Whoever sees it in the console meanwhile needs no mail.
MAIL_WAITS = timedelta(minutes=2)
_MOST_OLD = 2_000
_NEWS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an account wants by mail; both ends of the quiet None is never."""

    mail: MailWish
    quiet_from: time | None
    quiet_until: time | None


def notify(
    accounts: Iterable[Account],
    *,
    kind: NoticeKind,
    key: str,
    at: datetime,
    case: Case | None = None,
    by: Actor | None = None,
    facts: Mapping[str, str] | None = None,
) -> None:
    """Tell each of the accounts once by `key`, in the caller's transaction; never whoever did it.

    About a case of the highest urgency, what wants a step breaks quiet hours. A past that is told again
    is no news to anybody. Two queries.
    """
    if at < timezone.now() - _NEWS:
        return
    actor_id = account_id_of(by) if by is not None else None
    asked = {one.pk: one for one in accounts if one.is_active and one.pk != actor_id}
    if not asked:
        return
    is_now = case is not None and case.urgency >= NOW_LEVEL and kind.wants_a_step
    mailed = _whom_to_mail(asked.values(), kind=kind)
    Notice.objects.bulk_create(
        [
            Notice(
                account=one,
                kind=kind.value,
                key=key,
                case=case,
                by_id=actor_id,
                facts=dict(facts or {}),
                level=NOW_LEVEL if is_now else 1,
                at=at,
                mail=(MailState.WAITING if one.pk in mailed else MailState.NONE).value,
                mail_due_at=(at if is_now else at + MAIL_WAITS) if one.pk in mailed else None,
            )
            for one in asked.values()
        ],
        ignore_conflicts=True,
    )


def has_mail() -> bool:
    """Whether a mail server is set."""
    return read_outside().mail is not None


def wishes_of(account_ids: Iterable[int]) -> dict[int, Wishes]:
    """What each of the accounts wants, also where it never said. One query."""
    ids = list(account_ids)
    rows = {one.account_id: one for one in NoticeSettings.objects.filter(account_id__in=ids)}
    usual = NoticeSettings()
    return {
        pk: Wishes(mail=MailWish(found.mail), quiet_from=found.quiet_from, quiet_until=found.quiet_until)
        for pk in ids
        for found in [rows.get(pk, usual)]
    }


def mark_read(notice_ids: Iterable[int], *, account: Account, is_read: bool) -> int:
    """How many of the account's own notices are read, or unread again, since."""
    mine = Notice.objects.filter(account=account, pk__in=list(notice_ids), read_at__isnull=is_read)
    return mine.update(read_at=timezone.now() if is_read else None)


def mark_all_read(account: Account, *, until: datetime) -> datetime:
    """All that came until then are read; the moment is what `undo_all_read` wants."""
    now = timezone.now()
    Notice.objects.filter(account=account, read_at=None, at__lte=until).update(read_at=now)
    return now


def undo_all_read(account: Account, *, read_at: datetime) -> int:
    """How many are unread again of those that were marked at that moment."""
    return Notice.objects.filter(account=account, read_at=read_at).update(read_at=None)


def get_notice(notice_id: int, *, account: Account) -> Notice:
    """One of the account's own. Raises `NotFound`."""
    found = Notice.objects.filter(pk=notice_id, account=account).select_related("case__unit", "by").first()
    if found is None:
        raise NotFound("There is no such notice.", next_step="Look at your list.")
    return found


def save_wishes(wishes: Wishes, *, account: Account) -> None:
    """What the account wants from now on. Raises `InvalidInput` where quiet hours have one end only."""
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise InvalidInput("Quiet hours need a beginning and an end.", field="quiet_until")
    with transaction.atomic():
        NoticeSettings.objects.update_or_create(
            account=account,
            defaults={
                "mail": wishes.mail.value,
                "quiet_from": wishes.quiet_from,
                "quiet_until": wishes.quiet_until,
            },
        )
        if wishes.mail is MailWish.NONE:
            waiting = Notice.objects.filter(account=account, mail=MailState.WAITING.value)
            waiting.update(mail=MailState.NONE.value, mail_due_at=None)
        record_event(
            "notice_settings.changed",
            by=Actor.of(account),
            target=("account", account.pk),
            details={"mail": wishes.mail.value},
        )


def forget_old(*, now: datetime) -> int:
    """How many notices of more than 90 days went."""
    old = list(Notice.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:_MOST_OLD])
    if old:
        Notice.objects.filter(pk__in=old).delete()
    return len(old)


def _whom_to_mail(accounts: Iterable[Account], *, kind: NoticeKind) -> set[int]:
    """Of these, who has an address and wants this kind by mail, where a mail server is set at all."""
    reachable = [one.pk for one in accounts if one.email]
    if not reachable or not has_mail():
        return set()
    return {
        pk
        for pk, wishes in wishes_of(reachable).items()
        if wishes.mail is MailWish.ALL or (wishes.mail is MailWish.STEPS and kind.wants_a_step)
    }
