"""What the sample's staff know: written, reviewed and published by them, and taken away with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files

import msgspec
from django.utils import timezone

from zhiyin.knowledge.models import Article, ArticleVersion, Audience
from zhiyin.knowledge.services import Words, publish_version, remove_articles, review_version, write_article
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.sample.staff import Cast, list_staff


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One article. `aspects`: of which complaints it helps; a draft waits for somebody to read it."""

    title: str
    text: str
    asked_as: tuple[str, ...]
    aspects: tuple[str, ...]
    review_in_days: int
    product: str = ""
    place: str = ""
    is_public: bool = False
    is_draft: bool = False


@cache
def list_known() -> tuple[Known, ...]:
    """The articles that come along."""
    content = files("zhiyin.respond.sample").joinpath("data/articles.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=tuple[Known, ...])


def bring_articles(cast: Cast) -> Mapping[str, Article]:
    """The published articles by the aspects of complaints that they help with; twice adds nothing."""
    there = {one.published.title: one for one in _of_staff() if one.published is not None}
    found: dict[str, Article] = {}
    for place, known in enumerate(list_known()):
        article = there.get(known.title)
        if article is None and not (known.is_draft and there):
            article = _write(known, author=cast.desk[place % len(cast.desk)], reviewer=cast.head)
        if article is not None:
            for aspect in known.aspects:
                found.setdefault(aspect, article)
    return found


def take_articles_away() -> int:
    """How many went: those of the sample's staff, but for what somebody else has written on."""
    staff = [one.pk for one in list_staff()]
    by_others = ArticleVersion.objects.exclude(author=None).exclude(author__in=staff)
    mine = Article.objects.filter(owner__in=staff).exclude(pk__in=by_others.values("article"))
    return remove_articles([*mine.values_list("pk", flat=True)])


def _of_staff() -> Sequence[Article]:
    owners = [one.pk for one in list_staff()]
    return list(Article.objects.filter(owner__in=owners).select_related("published").order_by("pk"))


def _write(known: Known, *, author: Account, reviewer: Account) -> Article:
    words = Words(
        title=known.title,
        text=known.text,
        asked_as="\n".join(known.asked_as),
        product=known.product,
        place=known.place,
    )
    version = write_article(
        words,
        owner=author,
        by=Actor.of(author),
        audience=Audience.PUBLIC if known.is_public else Audience.STAFF,
        review_on=timezone.localdate() + timedelta(days=known.review_in_days),
    )
    if not known.is_draft:
        by = Actor.of(reviewer)
        publish_version(review_version(version, reviewer=reviewer, by=by), by=by)
    return Article.objects.select_related("published").get(pk=version.article_id)
