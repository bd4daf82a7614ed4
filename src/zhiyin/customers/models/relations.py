"""Households and companies that customers belong to, and the stars that staff gave at contacts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.customers.models.identities import Identity


class RelationKind(models.TextChoices):
    """What customers are to each other."""

    HOUSEHOLD = "household"
    COMPANY = "company"


class Relation(models.Model):
    """A household, or a company that is a customer. `account_key` finds a company by its account number.

    `account_key` is the blind index of (source, account number), None where staff made the relation.
    `name` is a company's; a household has none, for its name would tell who they are.
    """

    kind = models.CharField(max_length=12, choices=RelationKind.choices)
    name = models.CharField(max_length=200, default="", blank=True)
    account_key = models.CharField(max_length=32, null=True, blank=True, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RelationMember(models.Model):
    """A customer in a relation, held by one identity, so that it goes along with merges and their undoing.

    `left_at` is None while the customer belongs to it; who comes again gets a row again.
    """

    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="members")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="relations")
    role = models.CharField(max_length=60, default="", blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Each identity belongs to a relation once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relation", "identity"],
                condition=models.Q(left_at__isnull=True),
                name="customers_a_member_once",
            ),
        ]

    def __str__(self) -> str:
        return f"identity {self.identity_id} in relation {self.relation_id}"


class ContactStar(models.Model):
    """How staff felt that a contact went for the customer: 1 (badly) to 5 stars.

    `key` is that of the fact, by which the star goes along with it; `kind` and `entry_id` name the entry
    of the timeline; `at` is when the contact was.
    """

    key = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=24)
    entry_id = models.CharField(max_length=64)
    stars = models.SmallIntegerField()
    at = models.DateTimeField()
    unit_id = models.BigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """One star rating a contact, which the next replaces."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "entry_id"], name="customers_a_star_once"),
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=5), name="customers_stars_are_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.kind} {self.entry_id}"
