"""Tables of owning: what staff can do, why they were chosen, hand-overs, moods, what was asked twice."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case, CaseVoice
from zhiyin.respond.models.events import CaseEvent
from zhiyin.respond.owning.reasons import TransferReason

_REASONS = [(reason.value, reason.value) for reason in TransferReason]


class StaffAbility(models.Model):
    """What an account can do, for choosing owners; without a row it is only chosen where nobody fits.

    `skills` and `languages` (such as `zh`, `en`) are lists of folded words. `capacity`: the most open
    cases that are given by themselves. `follows_hours`: chosen within working time alone, by the calendar
    of `hours_of`, else of the case's unit. `before` is how it was before the last change, to take it back.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ability")
    skills = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    capacity = models.PositiveSmallIntegerField(default=20)
    follows_hours = models.BooleanField(default=False)
    hours_of = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    away_until = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"abilities of account {self.account_id}"


class OwnerChoice(models.Model):
    """Why this account was chosen for the case. `is_fallback`: nobody fitted, so the unit's own took it.

    `n_open` and `capacity`: how many open cases they had then, of how many at most.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="choices")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    is_fallback = models.BooleanField(default=False)
    skill = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    is_on_shift = models.BooleanField(default=False)
    n_open = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"account {self.account_id} for case {self.case_id}"


class Transfer(models.Model):
    """A hand-over of a case, with its event.

    `from_unit`, `to_unit`: whose case it was and is. `from_place`, `to_place`: where the two people work,
    the nearest unit above; null for the whole company. `edge` is made of the kinds of the two places,
    such as `store>company`. `batch` joins what was handed over at once.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="transfers")
    event = models.OneToOneField(CaseEvent, on_delete=models.CASCADE, related_name="transfer")
    from_account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    from_place = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_place = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edge = models.CharField(max_length=66)
    reason = models.CharField(max_length=16, choices=_REASONS)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    batch = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        """Counted by case, edge, person and unit within a time."""

        indexes: ClassVar = [
            models.Index(fields=["case", "at"], name="respond_transfer_by_case"),
            models.Index(fields=["edge", "at"], name="respond_transfer_by_edge"),
            models.Index(fields=["from_account", "at"], name="respond_transfer_by_giver"),
            models.Index(fields=["from_unit", "at"], name="respond_transfer_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.edge} of case {self.case_id}"


class ContactMood(models.Model):
    """How the customer felt at a step, as staff saw it: 1 very bad to 5 very good."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="moods")
    event = models.OneToOneField(CaseEvent, on_delete=models.CASCADE, related_name="mood")
    stars = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """One to five."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=5), name="respond_mood_has_one_to_five_stars"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stars} of 5 in case {self.case_id}"


class Effort(models.Model):
    """What a voice or a question of staff cost the customer: asked again, told again.

    Of a `voice` (a conversation, read from the lake once it is there) or of an `event` (staff asked).
    `counted_at` is null until it is counted; `topics` are the facts asked for again, with commas between.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="efforts")
    voice = models.OneToOneField(CaseVoice, null=True, blank=True, on_delete=models.CASCADE)
    event = models.OneToOneField(CaseEvent, null=True, blank=True, on_delete=models.CASCADE)
    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    n_tries = models.PositiveSmallIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    n_asked_again = models.PositiveIntegerField(default=0)
    n_told_again = models.PositiveIntegerField(default=0)
    topics = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        """The chore looks for what is not counted; reports look by unit, person and time."""

        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(counted_at=None), name="respond_effort_to_count"
            ),
            models.Index(fields=["unit", "at"], name="respond_effort_by_unit"),
            models.Index(fields=["account", "at"], name="respond_effort_by_person"),
        ]

    def __str__(self) -> str:
        return f"effort of case {self.case_id}"


class KickedAboutAlert(models.Model):
    """Who is told when a case is handed over more than twice: a destination (see insight), for the cases
    of `unit` and all below it (null: of the whole company).
    """

    destination = models.BigIntegerField(unique=True)
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"destination {self.destination} is told of unit {self.unit_id}"
