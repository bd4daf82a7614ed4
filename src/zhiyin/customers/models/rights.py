"""What people ask for about their own data, how it is proven, and what holds it back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class LegalHold(models.Model):
    """Keeps people's data from being erased, until it is lifted; `reason` says by what right."""

    reason = models.CharField(max_length=500)
    stops_contact = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"hold {self.pk}"


class HeldKey(models.Model):
    """A key that a hold is about; whoever has one of them is held whole."""

    hold = models.ForeignKey(LegalHold, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=32, db_index=True)

    class Meta:
        """Each key once a hold."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hold", "key"], name="customers_a_held_key_once")
        ]

    def __str__(self) -> str:
        return f"key of hold {self.hold_id}"


class DatedRules(models.Model):
    """A table of rules that holds from a day on: `kind` is `clock`, `retention` or `contact`.

    Of the rows whose day has come the newest holds; without any, what the package brings.
    """

    kind = models.CharField(max_length=16)
    from_day = models.DateField()
    config = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """Asked for by kind, the newest first."""

        indexes: ClassVar = [models.Index(fields=["kind", "from_day"], name="customers_rules_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.from_day}"


class RightsRequest(models.Model):
    """Somebody asks for their own data. `keys` are the person's when it came, so that links may change.

    `kind`: `access`, `copy`, `correct`, `delete`, `withdraw`, `explain`, `complain`. `words_sealed` and
    `contact_sealed` are encrypted. `proof` is what was done, told without private data; `proof_hash` the
    SHA-256 of the package or of the proof as it was given. Erased with a person go words, contact, keys.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12)
    regime = models.CharField(max_length=12)
    came_by = models.CharField(max_length=12)
    customer = models.UUIDField(null=True, blank=True, db_index=True)
    keys = models.JSONField(default=list)
    words_sealed = models.BinaryField(null=True, blank=True)
    contact_sealed = models.BinaryField(null=True, blank=True)
    language = models.CharField(max_length=8, default="zh")
    status = models.CharField(max_length=12, default="new")
    checked_how = models.CharField(max_length=16, default="", blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, default="", blank=True)
    proof = models.JSONField(default=dict)
    proof_hash = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        """The queue is read by state, the nearest to its end first."""

        indexes: ClassVar = [models.Index(fields=["status", "due_at"], name="customers_requests_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status__in=("new", "open", "done", "refused", "withdrawn")),
                name="customers_request_status",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.kind})"


class RequestStep(models.Model):
    """One thing that was done with a request; nothing of it is taken away."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=16)
    note = models.CharField(max_length=500, default="", blank=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.step} of request {self.request_id}"


class OneTimeCode(models.Model):
    """A code sent to a phone or mailbox. `handle_hash` is of the 128 bits that the browser holds.

    `address_key` is the key of the identity that the address is, or would be; `key` says which kind it is
    of (`phone`, `email`). `session_hash` is of the 128 bits that the right code is exchanged for.
    """

    handle_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    code_hash = models.CharField(max_length=64, default="", blank=True)
    address_key = models.CharField(max_length=32, db_index=True)
    key = models.CharField(max_length=32, default="", blank=True)
    n_tries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"code {self.pk}"


class ErasureDone(models.Model):
    """An entry of the erasure ledger that this database has carried out.

    A restored backup lacks the later ones, and so does them again.
    """

    entry = models.UUIDField(unique=True)
    at = models.DateTimeField()
    n_voices = models.PositiveIntegerField(default=0)
    proof = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"erasure {self.entry}"
