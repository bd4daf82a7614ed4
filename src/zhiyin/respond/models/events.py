"""What happened to cases, step by step; each becomes one row of the lake table `case_events`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.models.story import CaseAnswer, CaseNote, CustomerWords
from zhiyin.respond.statuses import Step


class CaseEvent(models.Model):
    """One step, written in the transaction that takes it. `id` is a UUIDv7.

    `actor_kind` is that of the audit trail; a `visitor` is the customer. `note`, `answer` and `words` are
    what was written in this step. `batch` is the commit of the lake that the row belongs to, given when
    it is about to be stored.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=[(step.value, step.value) for step in Step])
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    feedback_id = models.CharField(max_length=36)
    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    status_from = models.CharField(max_length=16, blank=True)
    status_to = models.CharField(max_length=16)
    owner_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    urgency = models.SmallIntegerField()
    n_transfers = models.PositiveIntegerField()
    n_reopened = models.PositiveIntegerField()
    note = models.ForeignKey(CaseNote, null=True, blank=True, on_delete=models.SET_NULL)
    answer = models.ForeignKey(CaseAnswer, null=True, blank=True, on_delete=models.SET_NULL)
    words = models.ForeignKey(CustomerWords, null=True, blank=True, on_delete=models.SET_NULL)
    batch = models.BigIntegerField(null=True, blank=True)
    is_stored = models.BooleanField(default=False)

    class Meta:
        """The flusher looks every second for what is not stored yet, which is next to nothing."""

        indexes: ClassVar = [
            models.Index(
                fields=["batch"], condition=models.Q(is_stored=False), name="respond_event_not_stored"
            ),
            models.Index(fields=["case", "at"], name="respond_event_by_case"),
            models.Index(fields=["kind", "at"], name="respond_event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"


class EventHead(models.Model):
    """One row, locked by whoever gives events their batch, so that two processes never share one."""

    n_batches = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"head at batch {self.n_batches}"
