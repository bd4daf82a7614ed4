"""Takes articles and uses away that were there to try, as those of the sample company."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhiyin.knowledge.models import Article, ArticleUse


def remove_articles(ids: Sequence[int]) -> int:
    """How many went, with all their versions and uses."""
    with transaction.atomic():
        articles = Article.objects.filter(pk__in=ids)
        articles.update(published=None)
        n_gone = articles.count()
        articles.delete()
    return n_gone


def drop_uses(case_ids: Sequence[int]) -> None:
    """In these cases nothing was used: the cases are gone."""
    ArticleUse.objects.filter(case_id__in=case_ids).delete()
