"""Cases: one matter of one customer, with one owner."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.statuses import AWAITING_STAFF, ENDED, CaseStatus

_IS_ENDED = models.Q(status__in=sorted(status.value for status in ENDED))
_AWAITS_STAFF = models.Q(status__in=sorted(status.value for status in AWAITING_STAFF))


class Case(models.Model):
    """A matter to be solved. It has exactly one owner from its first moment on, also when it is closed.

    `number` is what people read out; `version` grows with every change of the row, so that a page
    that shows an older one cannot overwrite a newer. `feedback_id` is the voice that it began with.
    `urgency`: 0 none, 1 soon, 2 today, 3 now. `contact_sealed`, `token_sealed`: encrypted by the vault;
    `phone_index` finds the case by number and last four digits, `token_hash` (SHA-256) by the link.

    `customer` is whose matter it is, where known, as `customers` knows them. The dates of ISO 10002:
    received `opened_at`, acknowledged, assessed, investigated, responded `answered_at`, communicated,
    closed; null until it is so. `aspect` and `cause` (expectation, product, service) say what it is
    about; `severity`: 0 not assessed, 1 light to 4 grave. `level` counts escalations. `parent` is the
    group complaint that it belongs to, `merged_into` the case that took it up.
    """

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="cases")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(
        max_length=16,
        choices=[(status.value, status.value) for status in CaseStatus],
        default=CaseStatus.OPEN.value,
    )
    urgency = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    n_transfers = models.PositiveIntegerField(default=0)
    n_reopened = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    feedback_id = models.CharField(max_length=36, db_index=True)
    contact_sealed = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(max_length=16, null=True, blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.BinaryField()
    customer = models.UUIDField(null=True, blank=True, db_index=True)
    aspect = models.CharField(max_length=64, blank=True, default="")
    cause = models.CharField(max_length=16, blank=True, default="")
    severity = models.SmallIntegerField(default=0)
    is_safety = models.BooleanField(default=False)
    skill = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    channel = models.CharField(max_length=40, blank=True, default="")
    level = models.PositiveSmallIntegerField(default=0)
    n_urged = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    investigated_at = models.DateTimeField(null=True, blank=True)
    communicated_at = models.DateTimeField(null=True, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )

    class Meta:
        """The lists that people work with sort open cases by when they are due, reports those of a period."""

        indexes: ClassVar = [
            models.Index(fields=["owner", "status", "due_at"], name="respond_case_by_owner"),
            models.Index(fields=["unit", "status", "due_at"], name="respond_case_by_unit"),
            models.Index(
                fields=["opened_at"],
                condition=models.Q(n_transfers__gt=2),
                name="respond_case_kicked_about",
            ),
            models.Index(fields=["due_at"], condition=_AWAITS_STAFF, name="respond_case_awaits"),
            models.Index(fields=["status", "due_at"], name="respond_case_by_status"),
            models.Index(fields=["opened_at"], name="respond_case_by_opening"),
            models.Index(
                fields=["due_at", "status", "owner", "unit"],
                condition=models.Q(closed_at__isnull=True),
                name="respond_case_still_open",
            ),
            models.Index(
                fields=["opened_at"],
                condition=models.Q(closed_at__isnull=False),
                name="respond_case_ended",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(_IS_ENDED & models.Q(closed_at__isnull=False))
                | (~_IS_ENDED & models.Q(closed_at__isnull=True)),
                name="respond_ended_cases_have_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in CaseStatus]),
                name="respond_case_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stands(self) -> CaseStatus:
        """`status` as what it is."""
        return CaseStatus(self.status)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look after it still."""
        return self.stands.is_open

    def is_overdue(self, *, now: datetime) -> bool:
        """Whether we owe the customer a step that was due before `now`."""
        return self.stands in AWAITING_STAFF and self.due_at < now


class CaseVoice(models.Model):
    """A voice that a case is about; a voice belongs to one case at most."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="voices")
    feedback_id = models.CharField(max_length=36, unique=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.feedback_id} in case {self.case_id}"
