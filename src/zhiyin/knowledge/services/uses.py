"""Keeps in which cases an article was used, and whether it solved them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from zhiyin.knowledge.models import Article, ArticleUse
from zhiyin.listen.pipeline.masking import mask_texts

_MOST = 200


def mark_used(article: Article, *, case_id: int, asked: str = "") -> bool:
    """Whether it is the first time that this article is used in this case. `asked`: what was typed."""
    version = article.published.number if article.published else article.n_versions
    masked = mask_texts([" ".join(asked.split())[:_MOST]])[0] if asked.strip() else ""
    _use, is_new = ArticleUse.objects.get_or_create(
        article=article,
        case_id=case_id,
        defaults={"version": version, "asked": masked, "at": timezone.now()},
    )
    return is_new


def mark_solved(case_id: int, *, is_solved: bool | None) -> None:
    """What the customer said of the case counts for every article used in it; None takes it back."""
    ArticleUse.objects.filter(case_id=case_id).update(is_solved=is_solved)


def forget_uses(case_ids: Sequence[int]) -> None:
    """The words typed in these cases go; that the article was used stays."""
    ArticleUse.objects.filter(case_id__in=case_ids).update(asked="")
