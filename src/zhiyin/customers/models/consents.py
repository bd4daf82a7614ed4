"""What people agreed to, in which words, and what they took back; rows are added, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class ConsentPurpose(models.Model):
    """A purpose that the installation added or changed; the others stand in `rights/data/purposes.toml`.

    `basis`: `consent` (only with it), or `contract` or `law` (without, until somebody objects). Of the
    `channels` one may be used for it; empty: all. `before` is what a change replaced, to take it back.
    """

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    basis = models.CharField(max_length=8, default="consent")
    channels = models.JSONField(default=list)
    is_on = models.BooleanField(default=True)
    before = models.JSONField(null=True, blank=True)

    class Meta:
        """The bases are few."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(basis__in=("consent", "contract", "law")), name="customers_basis_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.code


class ConsentText(models.Model):
    """The words that somebody agrees to for a purpose; the newest version is the one that is shown."""

    purpose = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """A version has one text."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "version"], name="customers_a_text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"


class Consent(models.Model):
    """Somebody said yes or no to a purpose on a channel (empty: on all), by the identity of `key`.

    The newest row of a customer's identities holds; of two at one moment the refusal. `method` says how
    it was told (`portal`, `api`, `staff`, `paper`, `import`); `proof_sealed` is what proves it (a form's
    number, a recording), encrypted. `reference` keeps what is sent twice from counting twice.
    """

    key = models.CharField(max_length=32)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=16, default="", blank=True)
    is_given = models.BooleanField()
    is_by_guardian = models.BooleanField(default=False)
    text = models.ForeignKey(ConsentText, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=16)
    source = models.CharField(max_length=200, default="")
    proof_sealed = models.BinaryField(null=True, blank=True)
    reference = models.CharField(max_length=100, null=True, blank=True, unique=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64, blank=True)

    class Meta:
        """What a person said about a purpose is asked before each contact."""

        indexes: ClassVar = [
            models.Index(fields=["key", "purpose", "at"], name="customers_consent_of_key"),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}: {self.purpose} {'given' if self.is_given else 'refused'}"


class Restriction(models.Model):
    """What stands in the way of contacts with a person, whatever they agreed to.

    `kind`: `child` (only a guardian's consent counts), `no_contact` (nobody writes or calls),
    `deceased`. A lifted one stays for what it tells.
    """

    key = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=300, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Each kind once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "kind"],
                condition=models.Q(lifted_at__isnull=True),
                name="customers_a_restriction_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("child", "no_contact", "deceased")),
                name="customers_restriction_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}: {self.kind}"
