"""Articles and their versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Audience(models.TextChoices):
    """Who may read an article."""

    STAFF = "staff"
    PUBLIC = "public"


class State(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Article(models.Model):
    """Something the company knows, with somebody who answers for it.

    `unit`: it holds there and below; everywhere where null. `review_on`: the day by which its owner has
    to look whether it still holds; `reminded_on`: for which such day the owner was reminded.
    `published` is the version people find; null where none is, or where it was withdrawn
    (`withdrawn_at`). `n_versions` is the number of the newest version.
    """

    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="articles"
    )
    language = models.CharField(max_length=8, default="zh")
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.STAFF)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles")
    review_on = models.DateField(db_index=True)
    reminded_on = models.DateField(null=True, blank=True)
    published = models.OneToOneField(
        "ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    n_versions = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"article {self.pk}"


class ArticleVersion(models.Model):
    """One state of the words of an article, kept for ever.

    `asked_as`: the ways in which customers ask for it, a line each; they are searched as the text is.
    `person`, `product`, `place`: for whom, with what and where it holds; empty for all. `plain` to
    `respectful` are the scores of the plain-language check when it was saved. `case_number`: the case
    whose answer it was made of.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120)
    text = models.TextField()
    asked_as = models.TextField(blank=True, default="")
    person = models.CharField(max_length=60, blank=True, default="")
    product = models.CharField(max_length=60, blank=True, default="")
    place = models.CharField(max_length=60, blank=True, default="")
    plain = models.SmallIntegerField(default=100)
    short = models.SmallIntegerField(default=100)
    trustworthy = models.SmallIntegerField(default=100)
    respectful = models.SmallIntegerField(default=100)
    case_number = models.CharField(max_length=20, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Numbers count up within an article."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="knowledge_version_numbers")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of article {self.article_id}"
