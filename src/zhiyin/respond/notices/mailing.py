"""Sends notices by mail to whoever has not read them, outside of their quiet hours; forgets old ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.insight.delivery.answers import find_reason
from zhiyin.insight.delivery.kinds import mail
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.limits import quiet_end
from zhiyin.insight.delivery.outside import Outside, public_url, read_outside
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.models import Account
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import Notice
from zhiyin.respond.notices.kinds import MailState
from zhiyin.respond.notices.services import NOW_LEVEL, forget_old, wishes_of
from zhiyin.respond.notices.words import path_of, say_notice

_SECONDS = 5.0
_MOST_ACCOUNTS = 100
_MOST_TOGETHER = 30
# Longer than a mail server may take: a worker that died is taken for dead after it.
_LEASE = timedelta(minutes=3)
_RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


def make_notices_chore() -> Chore:
    """What the worker does for notices."""
    return Chore(name="notices", every_seconds=_SECONDS, run=_run)


def _run(should_stop: Callable[[], bool]) -> None:
    now = timezone.now()
    send_mails(now=now, should_stop=should_stop)
    forget_old(now=now)


def send_mails(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many mails went out: one to each account, with all that is due.

    What was read meanwhile goes to nobody. A worker that dies after the server took a mail may have it
    sent once more, under the same message id.
    """
    outside = read_outside()
    if outside.mail is None:
        return 0
    due = Notice.objects.filter(mail=MailState.WAITING.value, mail_due_at__lte=now)
    ids = list(due.order_by().values_list("account_id", flat=True).distinct()[:_MOST_ACCOUNTS])
    n_sent = 0
    for account in Account.objects.filter(pk__in=ids).order_by("pk"):
        if should_stop():
            break
        held = _claim(account, now=now)
        n_sent += bool(held) and _send(account, held, outside=outside, now=now)
    return n_sent


def _claim(account: Account, *, now: datetime) -> Sequence[Notice]:
    """What is to go to the account now, held by this worker alone for a while."""
    mine = Notice.objects.filter(account=account, mail=MailState.WAITING.value, mail_due_at__lte=now)
    nothing = {"mail": MailState.NONE.value, "mail_due_at": None}
    mine.filter(read_at__isnull=False).update(**nothing)
    if not (account.is_active and account.email):
        mine.update(**nothing)
        return []
    wishes = wishes_of([account.pk])[account.pk]
    until = quiet_end(
        quiet_from=wishes.quiet_from, quiet_until=wishes.quiet_until, zone=company_zone(), now=now
    )
    if until is not None:
        mine.filter(level__lt=NOW_LEVEL).update(mail_due_at=until)
    with transaction.atomic():
        rows = list(mine.select_for_update().order_by("at", "pk")[:_MOST_TOGETHER])
        held = [
            one
            for one in rows
            # As it was read: another worker may have taken it this very moment.
            if mine.filter(pk=one.pk, mail_due_at=one.mail_due_at).update(
                mail_due_at=now + _LEASE, n_mail_tries=one.n_mail_tries + 1
            )
        ]
    cases = Notice.objects.filter(pk__in=[one.pk for one in held]).select_related("case__unit", "by")
    return list(cases.order_by("at", "pk"))


def _send(account: Account, held: Sequence[Notice], *, outside: Outside, now: datetime) -> bool:
    letter = write_letter(account, held, now=now)
    answer = mail.send(Address(recipients=(account.email,)), letter, outside)
    rows = Notice.objects.filter(pk__in=[one.pk for one in held], mail=MailState.WAITING.value)
    if answer.is_taken:
        rows.update(mail=MailState.SENT.value, mail_due_at=None, mail_reason="")
        return True
    is_final = find_reason(answer.reason).is_final
    for one in held:
        is_over = is_final or one.n_mail_tries > len(_RETRIES)
        rows.filter(pk=one.pk).update(
            mail=(MailState.FAILED if is_over else MailState.WAITING).value,
            mail_due_at=None if is_over else now + _RETRIES[one.n_mail_tries - 1],
            mail_reason=answer.reason,
        )
    return False


def write_letter(account: Account, held: Sequence[Notice], *, now: datetime) -> Letter:
    """The mail about these notices, in the account's language; with one, the link of that one."""
    first = held[0]
    with translation.override(account.language), timezone.override(company_zone()):
        lines = [_line(one) for one in held]
        if len(held) == 1:
            title, text, path = say_notice(first), lines[0], path_of(first)
        else:
            n = len(held)
            title = ngettext("%(n)d notice for you", "%(n)d notices for you", n) % {"n": n}
            text, path = "\n".join(f"- {line}" for line in lines), "/notices/"
        text += "\n\n" + _("Under Notices in Zhiyin you choose what comes by mail, and when.")
    return Letter(
        reference=f"notice-{first.pk}-{held[-1].pk}",
        key=first.key,
        title=title,
        text=text,
        markdown="",
        url=public_url(path),
        level=max(one.level for one in held),
        language="zh" if account.language.startswith("zh") else "en",
        created_at=first.at,
        at=now,
    )


def _line(notice: Notice) -> str:
    unit = notice.case.unit.name if notice.case is not None else ""
    who = str(notice.by) if notice.by is not None else ""
    beside = " · ".join(filter(None, [unit, who]))
    return f"{say_notice(notice)} ({beside})" if beside else say_notice(notice)
