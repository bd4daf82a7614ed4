"""Tables of quality: versions of the rubric, scores by it, appeals against them, and who is to be read."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.models.story import CaseAnswer
from zhiyin.respond.quality.kinds import About, AppealState, ItemKind


class QualityRubric(models.Model):
    """One version of the rubric; it is never changed once written. The greatest `version` holds.

    `sample_size`: how many answered cases of each agent a person reads a day; every `double_every`th of
    them is read by two (0: none). `appeal_days`: how long an agent may object.
    """

    version = models.PositiveIntegerField(unique=True)
    sample_size = models.PositiveSmallIntegerField(default=1)
    double_every = models.PositiveSmallIntegerField(default=5)
    appeal_days = models.PositiveSmallIntegerField(default=7)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"rubric, version {self.version}"


class QualityItem(models.Model):
    """A line of a rubric. An automatic one has the `key` of its rule; `weight` 0 counts only if fatal.

    A fatal item that is not met makes the whole score 0.
    """

    rubric = models.ForeignKey(QualityRubric, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    about = models.CharField(max_length=8, choices=[(one.value, one.value) for one in About])
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in ItemKind])
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    weight = models.PositiveSmallIntegerField()
    is_fatal = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField()

    class Meta:
        """A key stands in a version once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rubric", "key"], name="respond_quality_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} of rubric {self.rubric_id}"


class QualityScore(models.Model):
    """How well one case, or one conversation of a robot, was answered, by one judge and one version.

    `agent` is who sent the first answer, null for a robot; `judge` is null for the machine. `total` is
    0 to 100. `n_changes` above 0 is what the star of a score means: it was changed after an appeal.
    """

    rubric = models.ForeignKey(QualityRubric, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.CASCADE, related_name="quality_scores"
    )
    conversation = models.CharField(max_length=36, blank=True, default="")
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField()
    total = models.FloatField()
    is_fatal = models.BooleanField(default=False)
    n_changes = models.PositiveIntegerField(default=0)
    comment = models.TextField(blank=True, default="")

    class Meta:
        """Each judge scores a case once, and so does the machine."""

        indexes: ClassVar = [
            models.Index(fields=["agent", "answered_at"], name="respond_quality_by_agent"),
            models.Index(fields=["unit", "answered_at"], name="respond_quality_by_unit"),
            models.Index(fields=["answered_at"], name="respond_quality_by_time"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(judge=None, case__isnull=False),
                name="respond_quality_machine_case",
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(judge=None) & ~models.Q(conversation=""),
                name="respond_quality_machine_talk",
            ),
            models.UniqueConstraint(
                fields=["case", "judge"],
                condition=models.Q(judge__isnull=False, case__isnull=False),
                name="respond_quality_judge_case",
            ),
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, conversation="")
                | (models.Q(case=None) & ~models.Q(conversation="")),
                name="respond_quality_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}: {self.total}"


class QualityResult(models.Model):
    """One item of a score: met or not; null where it does not apply. The evidence is a place in the
    answer, never a copy of its words: what is erased there is gone here.
    """

    score = models.ForeignKey(QualityScore, on_delete=models.CASCADE, related_name="results")
    item = models.ForeignKey(QualityItem, on_delete=models.PROTECT, related_name="+")
    is_met = models.BooleanField(null=True, blank=True)
    answer = models.ForeignKey(CaseAnswer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    start = models.PositiveIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)

    class Meta:
        """An item is judged once a score."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["score", "item"], name="respond_quality_result_once")
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} of score {self.score_id}"


class QualityAppeal(models.Model):
    """What an agent says against one item of a score, and what was decided."""

    score = models.ForeignKey(QualityScore, on_delete=models.CASCADE, related_name="appeals")
    item = models.ForeignKey(QualityItem, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    state = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in AppealState],
        default=AppealState.OPEN.value,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True, default="")

    class Meta:
        """Against an item one objects once; the open ones are a list that people work off."""

        indexes: ClassVar = [
            models.Index(fields=["at"], condition=models.Q(state="open"), name="respond_quality_open_appeal")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["score", "item"], name="respond_quality_appeal_once")
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk} against score {self.score_id}"


class QualityChange(models.Model):
    """A score as it was before and after a change."""

    score = models.ForeignKey(QualityScore, on_delete=models.CASCADE, related_name="changes")
    item = models.ForeignKey(QualityItem, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    total_before = models.FloatField()
    total_after = models.FloatField()

    def __str__(self) -> str:
        return f"score {self.score_id} from {self.total_before} to {self.total_after}"


class QualitySample(models.Model):
    """A case drawn on a day to be read by `n_judges` people; `agent` is who answered it."""

    day = models.DateField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="quality_samples")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    n_judges = models.PositiveSmallIntegerField(default=1)

    class Meta:
        """A case is drawn once."""

        indexes: ClassVar = [models.Index(fields=["day"], name="respond_quality_sample_day")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case"], name="respond_quality_sample_once")]

    def __str__(self) -> str:
        return f"case {self.case_id} drawn on {self.day}"
