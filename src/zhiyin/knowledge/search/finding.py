"""Finds articles for what somebody types, or for what a customer said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhiyin.knowledge.models import Article, Audience
from zhiyin.knowledge.queries.articles import Counts, count_uses, readable
from zhiyin.knowledge.queries.units import units_above
from zhiyin.knowledge.search.index import Hit
from zhiyin.knowledge.search.keeping import get_index
from zhiyin.knowledge.search.meaning import aspects_of
from zhiyin.people.scope import EVERYTHING, Scope

MOST_SIGNS = 2_000
"""Of what is asked; the rest is not read."""
# Of a short question a third must be there; of a long story a few words are enough to suggest.
_SHORT_SIGNS, _LEAST_OF_SHORT, _LEAST_OF_LONG = 14, 0.34, 0.12
_LOOKED_AT = 60
_BY_ASPECT = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """An article with how it helped before; `nearness`: 0 to 1, how much of what was asked it answers to."""

    article: Article
    n_used: int
    n_solved: int
    nearness: float

    @property
    def share_solved(self) -> float | None:
        """Of the cases it was used in, how many the customer called solved; None where never used."""
        return self.n_solved / self.n_used if self.n_used else None


def suggest(
    text: str,
    *,
    unit_id: int | None,
    product: str = "",
    limit: int = 5,
    audience: Literal["staff", "public"] = "staff",
) -> list[Suggested]:
    """The published articles that answer to `text` and hold in that unit, the likest first.

    `product` puts articles on it before others. Empty where nothing is near enough.
    """
    units = None if unit_id is None else units_above(frozenset({unit_id}))
    return _find(text, scope=EVERYTHING, units=units, product=product, limit=limit, audience=audience)


def find_articles(text: str, *, scope: Scope, limit: int = 30) -> list[Suggested]:
    """As `suggest`, for whoever may read what the scope says."""
    return _find(text, scope=scope, units=None, product="", limit=limit, audience="staff")


def _find(
    text: str, *, scope: Scope, units: frozenset[int] | None, product: str, limit: int, audience: str
) -> list[Suggested]:
    words = " ".join(text.split())[:MOST_SIGNS]
    if not words:
        return []
    hits = sorted(_near(words), key=lambda one: -one[1])[: _LOOKED_AT * (1 if scope.unit_ids is None else 4)]
    found = readable(scope).filter(withdrawn_at=None, published__isnull=False)
    if audience == Audience.PUBLIC:
        found = found.filter(audience=Audience.PUBLIC)
    articles = found.in_bulk([hit.article_id for hit, _rank in hits])
    counts = count_uses(articles)
    ranked = []
    for hit, rank in hits:
        article = articles.get(hit.article_id)
        if article is None or (units is not None and article.unit_id not in (None, *units)):
            continue
        ranked.append((rank + _bonus(article, product, counts.get(article.pk)), hit, article))
    ranked.sort(key=lambda one: -one[0])
    return [
        Suggested(
            article=article,
            n_used=counts.get(article.pk, Counts()).n_used,
            n_solved=counts.get(article.pk, Counts()).n_solved,
            nearness=min(1.0, hit.share + (_BY_ASPECT if hit.shared_aspects else 0.0)),
        )
        for _rank, hit, article in ranked[:limit]
    ]


def _near(words: str) -> list[tuple[Hit, float]]:
    """What is near enough, with its rank: best score 1, and the share of what was asked."""
    aspects = aspects_of([words])[0]
    hits = get_index().find(words, aspects=aspects)
    best = max((one.score for one in hits), default=0.0) or 1.0
    least = _LEAST_OF_SHORT if len(words) <= _SHORT_SIGNS else _LEAST_OF_LONG
    return [
        (one, one.score / best + one.share + (_BY_ASPECT if one.shared_aspects else 0.0))
        for one in hits
        if one.share >= least or one.shared_aspects
    ]


def _bonus(article: Article, product: str, counts: Counts | None) -> float:
    """Articles on the product, and such as solved cases before, come first among equals."""
    version = article.published
    on_product = bool(product and version and version.product and version.product.lower() in product.lower())
    solved = (counts.n_solved + 1) / (counts.n_used + 4) if counts else 0.0
    return (0.3 if on_product else 0.0) + 0.1 * solved
