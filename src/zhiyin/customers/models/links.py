"""Links between identities with their evidence, what was done to them, and the rules in force."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.customers.models.identities import Identity


class LinkState(models.TextChoices):
    """Only an active link joins; the others are kept for what they tell."""

    ACTIVE = "active"
    PROPOSED = "proposed"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    UNDONE = "undone"


class Link(models.Model):
    """Two identities that are, or may be, one person. `left_id` < `right_id`; a pair has one link.

    `origin`: `rule` (named together in a record), `match` (found alike), `staff`, `split` (kept apart when a
    customer was split). `guard` names what held a quarantined one back. `evidence`: a list of {code, weight}
    without private data. `probability` is 0 to 1 for matches. `rules` is the version of the rules that it
    was judged under.
    """

    left = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=LinkState.choices)
    origin = models.CharField(max_length=8)
    guard = models.CharField(max_length=32, default="")
    evidence = models.JSONField(default=list)
    probability = models.FloatField(null=True, blank=True)
    rules = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """A pair once; the queues are read by state, the newest first."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="customers_a_link_once"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="customers_links_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "made_at"], name="customers_link_by_state"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}: {self.state}"


class LinkChange(models.Model):
    """One thing that was done to a link: the history of merges, of which nothing is taken away.

    `customers` names the customers that became one, or that one fell into.
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="changes")
    was = models.CharField(max_length=12, default="")
    became = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, default="")
    customers = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"change {self.pk} of link {self.link_id}"


class LinkSplit(models.Model):
    """A customer of which staff said that some identities are somebody else, until it is taken back.

    `customer` is who it was; `other` the id of the part that is not that customer any more. `before` is
    JSON of the links as they were, written by `linking.splitting`.
    """

    customer = models.UUIDField(db_index=True)
    other = models.UUIDField(db_index=True)
    before = models.JSONField()
    reason = models.CharField(max_length=300, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"split {self.pk} of {self.customer}"


class LinkRules(models.Model):
    """A version of the rules; the newest that `is_in_force` judges. `config` is JSON, written by a door."""

    version = models.PositiveIntegerField(unique=True)
    config = models.JSONField()
    is_in_force = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"rules {self.version}"
