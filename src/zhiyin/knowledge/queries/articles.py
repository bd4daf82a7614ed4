"""Finds articles by what they are; by words, `search` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Q, QuerySet

from zhiyin.knowledge.errors import ArticleNotFound
from zhiyin.knowledge.models import Article, ArticleUse, ArticleVersion, Audience, State
from zhiyin.knowledge.queries.units import holding_in
from zhiyin.people.scope import Scope

View = Literal["published", "drafts", "due", "withdrawn", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles: how they stand, and whose they are (`owner_id`); `today` decides what is due."""

    view: View = "published"
    owner_id: int | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """In how many cases an article was used, and in how many of these the customer said: solved."""

    n_used: int = 0
    n_solved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article in a list, with the version that is shown: the draft where one waits, else the published."""

    article: Article
    version: ArticleVersion
    counts: Counts
    is_due: bool


def readable(scope: Scope) -> QuerySet[Article]:
    """The articles that hold somewhere the asker may see, with owner, unit and published version."""
    found = Article.objects.select_related("published", "owner", "unit")
    units = holding_in(scope)
    return found if units is None else found.filter(Q(unit_id=None) | Q(unit_id__in=units))


def get_article(article_id: int, *, scope: Scope) -> Article:
    """The article.

    Raises:
        ArticleNotFound: there is none that the asker may see.
    """
    found = readable(scope).filter(pk=article_id).first()
    if found is None:
        raise ArticleNotFound
    return found


def list_versions(article: Article) -> list[ArticleVersion]:
    """Its versions, the newest first."""
    return list(article.versions.select_related("author", "reviewer").order_by("-number"))


def find_draft(article: Article) -> ArticleVersion | None:
    """The version that waits for review or publishing."""
    waiting = article.versions.filter(state__in=(State.DRAFT, State.REVIEWED))
    return waiting.select_related("author", "reviewer").order_by("-number").first()


def list_articles(
    *, scope: Scope, filter: ArticleFilter, offset: int = 0, limit: int = 50
) -> tuple[list[Listed], int]:
    """The articles that are wanted, the last changed first, and how many there are in all."""
    found = _select(scope, filter=filter)
    order = ("review_on", "pk") if filter.view == "due" else ("-changed_at", "-pk")
    articles = list(found.order_by(*order)[offset : offset + limit])
    waiting = _waiting(articles)
    counts = count_uses([one.pk for one in articles])
    rows = []
    for article in articles:
        version = waiting.get(article.pk) or article.published
        if version is not None:
            rows.append(
                Listed(
                    article=article,
                    version=version,
                    counts=counts.get(article.pk, Counts()),
                    is_due=filter.today is not None and article.review_on <= filter.today,
                )
            )
    return rows, found.count()


def count_views(*, scope: Scope, today: date) -> dict[str, int]:
    """How many articles each view holds."""
    return {
        view: _select(scope, filter=ArticleFilter(view=view, today=today)).count()
        for view in ("published", "drafts", "due", "withdrawn")
    }


def count_uses(article_ids: Iterable[int]) -> dict[int, Counts]:
    """How often each was used and solved the case; those never used are not in it. One query."""
    rows = (
        ArticleUse.objects.filter(article_id__in=list(article_ids))
        .values_list("article_id")
        .annotate(n_used=Count("pk"), n_solved=Count("pk", filter=Q(is_solved=True)))
    )
    return {article: Counts(n_used=n_used, n_solved=n_solved) for article, n_used, n_solved in rows}


def list_public(*, language: str) -> list[Article]:
    """What customers may read, in their language, the most used first."""
    found = _public().filter(language=language).annotate(n=Count("uses"))
    return list(found.order_by("-n", "-changed_at")[:200])


def any_public() -> bool:
    """Whether customers may read any article."""
    return _public().exists()


def get_public_article(article_id: int) -> Article:
    """An article that customers may read. Raises `ArticleNotFound` for every other."""
    found = _public().filter(pk=article_id).first()
    if found is None:
        raise ArticleNotFound
    return found


def _public() -> QuerySet[Article]:
    return Article.objects.select_related("published").filter(
        audience=Audience.PUBLIC, published__isnull=False, withdrawn_at=None
    )


def _select(scope: Scope, *, filter: ArticleFilter) -> QuerySet[Article]:
    found = readable(scope)
    if filter.owner_id is not None:
        found = found.filter(owner_id=filter.owner_id)
    is_live = Q(published__isnull=False, withdrawn_at=None)
    if filter.view == "published":
        return found.filter(is_live)
    if filter.view == "due":
        return found.filter(is_live, review_on__lte=filter.today)
    if filter.view == "withdrawn":
        return found.filter(withdrawn_at__isnull=False)
    if filter.view == "drafts":
        waiting = ArticleVersion.objects.filter(state__in=(State.DRAFT, State.REVIEWED))
        return found.filter(pk__in=waiting.values("article_id"))
    return found


def _waiting(articles: Sequence[Article]) -> dict[int, ArticleVersion]:
    found = ArticleVersion.objects.filter(article__in=articles, state__in=(State.DRAFT, State.REVIEWED))
    return {one.article_id: one for one in found.select_related("author").order_by("number")}
