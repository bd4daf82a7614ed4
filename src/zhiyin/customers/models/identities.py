"""Identities: one identifier each, under the key by which facts name it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Identity(models.Model):
    """One identifier of one person, as a source gave it.

    `key` is the `author_key` or `customer_key` of the facts that name it (the hexadecimal blind index of
    type, source and normal form). `born` (a UUIDv7) is the customer that it was by itself; `customer` the
    one that it is part of now: the oldest `born` among the identities that active links join. So a link
    taken back gives every identity, and with it every fact, to the customer that it was before.
    `sealed` and `traits_sealed` are encrypted by the vault: the value, and JSON of what sources tell of
    the person (names, address, birthday). `tail_key` is the blind index of the last four digits.
    `is_shared`: too many people are named by it to tell who it is; it joins nobody.
    """

    key = models.CharField(max_length=32, unique=True)
    type = models.CharField(max_length=32)
    source = models.CharField(max_length=200, default="")
    born = models.UUIDField(unique=True)
    customer = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    traits_sealed = models.BinaryField(null=True, blank=True)
    tail_key = models.CharField(max_length=32, null=True, blank=True, db_index=True)
    is_verified = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"identity {self.pk} ({self.type})"


class IdentityUnit(models.Model):
    """Where an identity was seen, by which the row scope knows whose customers are whose.

    `unit_id` is an org unit's; 0 stands for facts of the whole company.
    """

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="units")
    unit_id = models.BigIntegerField()
    last_seen_at = models.DateTimeField()

    class Meta:
        """Each unit once; lists of a unit's customers begin with the newest."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["identity", "unit_id"], name="customers_a_unit_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit_id", "last_seen_at"], name="customers_of_unit"),
        ]

    def __str__(self) -> str:
        return f"identity {self.identity_id} at unit {self.unit_id}"


class Sighting(models.Model):
    """Two identities that one record named together: what links are made of, whatever the rules.

    `left_id` < `right_id`. `is_verified`: the source vouched for both.
    """

    left = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=200)
    is_verified = models.BooleanField(default=False)
    n_records = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        """Each pair once a source."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right", "source"], name="customers_a_sighting_once"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="customers_sightings_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"identities {self.left_id} and {self.right_id} in {self.source}"
