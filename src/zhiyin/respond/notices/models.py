"""Tables of notices: what each account was told, and what it wants by mail."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.notices.kinds import MailState, MailWish, NoticeKind

_WHO = settings.AUTH_USER_MODEL
QUIET_FROM, QUIET_UNTIL = time(22), time(8)


class Notice(models.Model):
    """One thing that an account is told, once by `key`. No words of anybody stand in it.

    `facts` are codes, names of clocks and moments, from which the words are made in the reader's
    language. `level` 3 breaks quiet hours. `mail_due_at` is when a mail is to be tried next.
    """

    account = models.ForeignKey(_WHO, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=[(one.value, one.value) for one in NoticeKind])
    key = models.CharField(max_length=80)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    facts = models.JSONField(default=dict)
    level = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in MailState],
        default=MailState.NONE.value,
    )
    mail_due_at = models.DateTimeField(null=True, blank=True)
    n_mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        """People read their own, the newest first; the chore looks for mail that is due and what is old."""

        indexes: ClassVar = [
            models.Index(fields=["account", "-at", "-id"], name="respond_notice_mine"),
            models.Index(
                fields=["account", "-at", "-id"],
                condition=models.Q(read_at=None),
                name="respond_notice_unread",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail=MailState.WAITING.value),
                name="respond_notice_mail",
            ),
            models.Index(fields=["at"], name="respond_notice_old"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="respond_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.account_id}"


class NoticeSettings(models.Model):
    """What an account wants by mail, and when it wants quiet, by the company's clock.

    Without a row: what wants a step, quiet from ten in the evening to eight. Both ends null: never quiet.
    """

    account = models.OneToOneField(_WHO, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in MailWish],
        default=MailWish.STEPS.value,
    )
    quiet_from = models.TimeField(null=True, blank=True, default=QUIET_FROM)
    quiet_until = models.TimeField(null=True, blank=True, default=QUIET_UNTIL)

    def __str__(self) -> str:
        return f"notices of {self.account_id}: {self.mail}"
