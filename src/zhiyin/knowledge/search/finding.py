"""Finds articles for what somebody types, or for what a customer said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhiyin.knowledge.models import Article
from zhiyin.knowledge.queries.articles import Counts, count_uses
from zhiyin.knowledge.queries.units import holding_in, units_above
from zhiyin.knowledge.search.index import Asked
from zhiyin.knowledge.search.keeping import get_index
from zhiyin.knowledge.search.meaning import get_reader
from zhiyin.people.scope import Scope

MOST_SIGNS = 2_000
"""Of what is asked; the rest is not read."""
# Of a short question a third must be there; of a long story a few words are enough to suggest.
_SHORT_SIGNS, _LEAST_OF_SHORT, _LEAST_OF_LONG = 14, 0.34, 0.12
_LOOKED_AT = 40
_NEVER = Counts()


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
    return _find(text, units=units, product=product, limit=limit, is_public=audience == "public")


def find_articles(text: str, *, scope: Scope, limit: int = 30) -> list[Suggested]:
    """As `suggest`, for whoever may read what the scope says."""
    return _find(text, units=holding_in(scope), product="", limit=limit, is_public=False)


def _find(
    text: str, *, units: frozenset[int] | None, product: str, limit: int, is_public: bool
) -> list[Suggested]:
    words = " ".join(text.split())[:MOST_SIGNS]
    if not words:
        return []
    reader = get_reader()
    asked = Asked(
        text=words,
        aspects=reader.aspects_of([words])[0],
        least=_LEAST_OF_SHORT if len(words) <= _SHORT_SIGNS else _LEAST_OF_LONG,
        unit_ids=units,
        is_public=is_public,
    )
    hits = get_index(reader).find(asked, most=max(_LOOKED_AT, limit))
    articles = Article.objects.select_related("published", "owner", "unit").in_bulk(
        [one.article_id for one in hits]
    )
    counts = count_uses(articles)
    ranked = [
        (hit.rank + _bonus(articles[hit.article_id], product, counts.get(hit.article_id, _NEVER)), hit)
        for hit in hits
        if hit.article_id in articles
    ]
    ranked.sort(key=lambda one: -one[0])
    return [
        Suggested(
            article=articles[hit.article_id],
            n_used=counts.get(hit.article_id, _NEVER).n_used,
            n_solved=counts.get(hit.article_id, _NEVER).n_solved,
            nearness=hit.nearness,
        )
        for _rank, hit in ranked[:limit]
    ]


def _bonus(article: Article, product: str, counts: Counts) -> float:
    """Articles on the product, and such as solved cases before, come first among equals."""
    version = article.published
    on_product = bool(product and version and version.product and version.product.lower() in product.lower())
    return (0.3 if on_product else 0.0) + 0.1 * (counts.n_solved + 1) / (counts.n_used + 4)
