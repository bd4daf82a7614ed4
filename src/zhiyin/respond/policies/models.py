"""Tables of policies: tables of decisions and their versions, what was decided, agreed to and given."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.policies.kinds import (
    Answer,
    ApprovalState,
    Because,
    GrantKind,
    LedgerState,
    LimitOf,
    Period,
)

_WHO = settings.AUTH_USER_MODEL


def _choices(kinds: type[StrEnum]) -> list[tuple[str, str]]:
    return [(kind.value, kind.value) for kind in kinds]


class Policy(models.Model):
    """What may be granted in one kind of matter, for cases of `unit` and all below it (null: everywhere).

    `aspects`: codes of aspects, parted by commas, for which it is suggested. `approval_hours`: how long
    somebody has to agree before whoever stands above is asked.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    aspects = models.CharField(max_length=400, blank=True, default="")
    approval_hours = models.PositiveSmallIntegerField(default=4)
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One version of the table. A draft (`valid_from` null) may change; what was in force never does.

    `jdm` is the table as JSON Decision Model. It is in force from `valid_from` until `valid_to`.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    n = models.PositiveIntegerField()
    jdm = models.TextField()
    note = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    author = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """A number is given once; of drafts there is one."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "n"], name="respond_policy_version"),
            models.UniqueConstraint(
                fields=["policy"], condition=models.Q(valid_from=None), name="respond_policy_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.n} of policy {self.policy_id}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.valid_from is None

    def is_in_force(self, *, now: datetime) -> bool:
        """Whether it decides then."""
        begun = self.valid_from is not None and self.valid_from <= now
        return begun and (self.valid_to is None or now < self.valid_to)


class PolicyCase(models.Model):
    """A test case: a version goes live only if it answers as this expects. `amount_cents` null: any."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="tests")
    name = models.CharField(max_length=120)
    input = models.JSONField()
    answer = models.CharField(max_length=16, choices=_choices(Answer))
    amount_cents = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What a version said about a case. `input` holds figures and choices alone, never words.

    `sources` tells of each figure where it came from, `fired` which rows fitted. The reasons and the
    condition are for the customer. `order_key` names the order it is about, as facts know it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="decisions")
    input = models.JSONField()
    sources = models.JSONField(default=dict)
    fired = models.JSONField(default=list)
    order_key = models.CharField(max_length=64, blank=True, default="")
    answer = models.CharField(max_length=16, choices=_choices(Answer))
    reason_zh = models.TextField(blank=True, default="")
    reason_en = models.TextField(blank=True, default="")
    condition_zh = models.TextField(blank=True, default="")
    condition_en = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=16, blank=True, default="", choices=_choices(GrantKind))
    amount_cents = models.BigIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    approvers = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """A trial of a new version goes through the newest decisions; the page of a case reads its own."""

        indexes: ClassVar = [
            models.Index(fields=["version", "at"], name="respond_decision_by_version"),
            models.Index(fields=["case", "at"], name="respond_decision_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} for case {self.case_id}"


class Approval(models.Model):
    """Somebody is asked to agree with a decision. Those of one `step` are asked at once, steps in turn.

    `approver` or `deputy` may answer until `due_at`; then whoever stands above is asked (`n_passed_on`).
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="approvals")
    step = models.PositiveSmallIntegerField()
    because = models.CharField(max_length=16, choices=_choices(Because))
    approver = models.ForeignKey(_WHO, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=16, choices=_choices(ApprovalState))
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    n_passed_on = models.PositiveSmallIntegerField(default=0)
    comment = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """People look for what they are asked; the chore for what is late."""

        indexes: ClassVar = [
            models.Index(fields=["approver", "state", "due_at"], name="respond_approval_by_approver"),
            models.Index(fields=["deputy", "state", "due_at"], name="respond_approval_by_deputy"),
            models.Index(fields=["due_at"], condition=models.Q(state="open"), name="respond_approval_due"),
        ]

    def __str__(self) -> str:
        return f"approval {self.pk}: {self.state}"


class Compensation(models.Model):
    """What a customer was given. Taken back, it stays, with `undone_at`.

    `ledger` is what the customer's ledger still has to be told; the worker does it.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="compensations")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="compensations")
    customer = models.UUIDField(null=True, blank=True)
    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=_choices(GrantKind))
    amount_cents = models.BigIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    order_key = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ledger = models.CharField(max_length=16, choices=_choices(LedgerState))

    class Meta:
        """The same is given once: to a case, and for an order."""

        indexes: ClassVar = [
            models.Index(fields=["unit", "at"], name="respond_compensation_by_unit"),
            models.Index(fields=["customer", "at"], name="respond_compensation_customer"),
            models.Index(fields=["-at", "id"], name="respond_compensation_newest"),
            models.Index(
                fields=["at"],
                condition=models.Q(ledger__in=["to_write", "to_take_back"]),
                name="respond_compensation_outbox",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(undone_at=None),
                name="respond_compensation_once_a_case",
            ),
            models.UniqueConstraint(
                fields=["order_key", "kind"],
                condition=models.Q(undone_at=None) & ~models.Q(order_key=""),
                name="respond_compensation_once_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for case {self.case_id}"


class Budget(models.Model):
    """How much may be given without asking: in one grant, by a unit, or to a customer in a period.

    For cases of `unit` and all below (null: everywhere); `role` alone where it is named. Each that fits
    has to be kept.
    """

    of = models.CharField(max_length=16, choices=_choices(LimitOf))
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=16, blank=True, default="")
    period = models.CharField(max_length=16, choices=_choices(Period), default=Period.MONTH.value)
    limit_cents = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.of}: {self.limit_cents}"


class Deputy(models.Model):
    """Who agrees in the place of `account` until `until`."""

    account = models.OneToOneField(_WHO, on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey(_WHO, on_delete=models.CASCADE, related_name="+")
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.account_id}"
