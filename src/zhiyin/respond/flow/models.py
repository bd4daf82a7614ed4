"""What the flow of cases keeps: assessments, words to customers, links between cases, who follows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.flow.kinds import Cause, LinkKind, MessageKind, Way
from zhiyin.respond.models.cases import Case


class CaseAssessment(models.Model):
    """One assessment of a case; the newest stands in the case itself. `severity`: 1 light to 4 grave."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assessments")
    cause = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Cause])
    severity = models.SmallIntegerField()
    is_safety = models.BooleanField(default=False)
    aspect = models.CharField(max_length=64, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"assessment {self.pk} of case {self.case_id}"


class CaseMessage(models.Model):
    """What the customer is told besides answers: a question, why it rests, how a decision reached them.

    `replied_at`: when they spoke after a question. `way` is that of a decision, empty otherwise.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in MessageKind])
    way = models.CharField(
        max_length=16, blank=True, default="", choices=[(one.value, one.value) for one in Way]
    )
    text = models.TextField(blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Read by case, in order."""

        indexes: ClassVar = [models.Index(fields=["case", "at"], name="respond_message_by_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of case {self.case_id}"


class CaseLink(models.Model):
    """How two cases hang together, and what that moved, so that it can be taken back.

    merge: `source` went into `target`. split: `target` was split off `source`. clone: `target` is a copy of
    `source`. group: `source` belongs to the group complaint `target`. `voices` are the ids that moved,
    `followers` the accounts that follow `target` because of it; `status_before` is that of `source`,
    `urgency_before` that of `target`. `at` is the time of the events that tell of it.
    """

    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in LinkKind])
    source = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_in")
    voices = models.JSONField(default=list)
    followers = models.JSONField(default=list)
    status_before = models.CharField(max_length=16, blank=True, default="")
    urgency_before = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A case is merged into one other, and belongs to one group, at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "kind"],
                condition=models.Q(undone_at=None, kind__in=[LinkKind.MERGE.value, LinkKind.GROUP.value]),
                name="respond_one_home_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of cases {self.source_id} and {self.target_id}"


class CaseFollow(models.Model):
    """Somebody wants to hear of a case that another looks after."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follows")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_follows"
    )
    since = models.DateTimeField()

    class Meta:
        """Once a person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "case"], name="respond_follow_once")
        ]

    def __str__(self) -> str:
        return f"account {self.account_id} follows case {self.case_id}"


class CaseLooking(models.Model):
    """Who has the page of a case open, and writes in it; it counts for less than a minute after `at`."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lookers")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    is_writing = models.BooleanField(default=False)

    class Meta:
        """One row a person and case."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "account"], name="respond_looking_once")
        ]

    def __str__(self) -> str:
        return f"account {self.account_id} looks at case {self.case_id}"


class CaseView(models.Model):
    """A list of cases by a name of one's own; `query` is the address that holds its filters."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        """One name a person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="respond_one_case_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class CasePerson(models.Model):
    """By which key a case is found again before anybody knows whose it is; its row goes with the case's end.

    `key` is that by which facts name the author (see `listen.authors`): it tells nobody who it is.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="persons")
    key = models.CharField(max_length=32)

    class Meta:
        """Looked for by key; once a case."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "case"], name="respond_person_of_case_once")
        ]

    def __str__(self) -> str:
        return f"person of case {self.case_id}"


class OpeningLock(models.Model):
    """One of a few hundred rows, held while a case is opened: two about one matter never open two cases.

    `bucket` is what a hash makes of whoever and whatever it is about; the row itself tells nothing.
    """

    bucket = models.PositiveSmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"lock {self.bucket}"
