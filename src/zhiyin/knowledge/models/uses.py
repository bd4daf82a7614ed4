"""Where an article helped, and what was searched in vain."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.knowledge.models.articles import Article


class ArticleUse(models.Model):
    """An article used in a case, once however often it was opened there.

    `case_id` is the case's key as the room of cases knows it. `is_solved`: the customer said so; null
    until they spoke. `asked`: what the agent had typed, private data covered; later searches learn from it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    case_id = models.BigIntegerField(db_index=True)
    asked = models.CharField(max_length=200, blank=True, default="")
    is_solved = models.BooleanField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        """A case counts once for an article."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "case_id"], name="knowledge_use_once_a_case")
        ]

    def __str__(self) -> str:
        return f"article {self.article_id} in case {self.case_id}"


class MissedSearch(models.Model):
    """A search that found nothing, private data covered. `folded` is what equal ones have in common.

    `handled_at`: somebody wrote the article (`article`), or decided that none is needed (null there).
    """

    words = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True)
    language = models.CharField(max_length=8, default="zh")
    is_public = models.BooleanField(default=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(db_index=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers_searches"
    )

    def __str__(self) -> str:
        return f"missed search {self.pk}"
