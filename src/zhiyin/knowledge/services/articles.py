"""Writes, reviews, publishes and withdraws articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.errors import ArticleChanged, ForbiddenWords, NotNow, NotReviewed, OwnReview
from zhiyin.knowledge.models import Article, ArticleVersion, Audience, State
from zhiyin.knowledge.plain import MAX_SIGNS, Code, PlainReport, check_text, language_of
from zhiyin.knowledge.queries.editors import may_another_review
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event

REVIEW_DAYS = 180
"""After which an article is looked at again, where nobody chose a day."""
_LINES, _SHORT = 1_000, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is written in a version; see `ArticleVersion`."""

    title: str
    text: str
    asked_as: str = ""
    person: str = ""
    product: str = ""
    place: str = ""
    case_number: str = ""


def check_words(words: Words, *, audience: str) -> PlainReport:
    """The plain-language check of the words, as it is kept with the version."""
    kind = "article" if audience == Audience.PUBLIC else "staff_article"
    return check_text(words.text, language=language_of(words.text), kind=kind)  # type: ignore[arg-type]


def write_article(
    words: Words,
    *,
    owner: Account,
    by: Actor,
    unit_id: int | None = None,
    audience: str = Audience.STAFF,
    review_on: date | None = None,
) -> ArticleVersion:
    """A new article as a draft, which nobody finds until it is published.

    Raises:
        InvalidInput: title or text miss or are too long, or the day has passed.
    """
    clean, now = _clean(words), timezone.now()
    day = review_on or timezone.localdate() + timedelta(days=REVIEW_DAYS)
    _check_facts(audience=audience, review_on=day)
    with transaction.atomic():
        article = Article.objects.create(
            unit_id=unit_id,
            language=language_of(clean.text),
            audience=audience,
            owner=owner,
            review_on=day,
            made_at=now,
            changed_at=now,
        )
        version = _add_version(article, clean, by=by)
        record_event("article.written", by=by, target=("article", article.pk))
    return version


def save_version(article: Article, words: Words, *, by: Actor, seen: int) -> ArticleVersion:
    """The words as a new draft; what is published stays until the draft is. `seen`: the newest version
    that the writer saw.

    Raises:
        ArticleChanged: somebody saved another since. InvalidInput: as `write_article`.
    """
    clean = _clean(words)
    with _changing(article) as locked:
        if locked.n_versions != seen:
            raise ArticleChanged
        locked.versions.filter(state__in=(State.DRAFT, State.REVIEWED)).update(state=State.REPLACED)
        version = _add_version(locked, clean, by=by)
        record_event(
            "article.saved", by=by, target=("article", locked.pk), details={"version": version.number}
        )
    return version


def set_facts(
    article: Article, *, owner: Account, unit_id: int | None, audience: str, review_on: date, by: Actor
) -> Article:
    """Who answers for it, where it holds, who may read it, and until when it is looked at again.

    Raises:
        InvalidInput: the day has passed, or there is no such audience. ForbiddenWords: what is published
        would be shown to customers with words that must not leave the house.
    """
    if review_on != article.review_on or audience != article.audience:
        _check_facts(audience=audience, review_on=review_on)
    with _changing(article) as locked:
        if audience == Audience.PUBLIC and locked.published is not None:
            _refuse_forbidden(locked.published, audience=audience)
        locked.owner, locked.unit_id, locked.audience, locked.review_on = owner, unit_id, audience, review_on
        record_event("article.facts_set", by=by, target=("article", locked.pk))
    return locked


def review_version(version: ArticleVersion, *, reviewer: Account, by: Actor) -> ArticleVersion:
    """Somebody else read it and stands by it.

    Raises:
        OwnReview: the reviewer wrote it, and another could review it. NotNow: it is no draft any more.
        ForbiddenWords: it holds what must not leave the house.
    """
    with _changing(version.article) as locked:
        fresh = ArticleVersion.objects.get(pk=version.pk)
        if fresh.state != State.DRAFT:
            raise NotNow
        if fresh.author_id == reviewer.pk and may_another_review(locked, author=reviewer):
            raise OwnReview
        _refuse_forbidden(fresh, audience=locked.audience)
        fresh.state, fresh.reviewer, fresh.reviewed_at = State.REVIEWED, reviewer, timezone.now()
        fresh.save()
        record_event(
            "article.reviewed", by=by, target=("article", locked.pk), details={"version": fresh.number}
        )
    return fresh


def publish_version(version: ArticleVersion, *, by: Actor) -> ArticleVersion:
    """From now on people find these words. Publishing tells that the article was looked at today.

    Raises:
        NotReviewed: nobody reviewed it.
    """
    with _changing(version.article) as locked:
        fresh = ArticleVersion.objects.get(pk=version.pk)
        if fresh.state != State.REVIEWED:
            raise NotReviewed
        locked.versions.filter(state=State.PUBLISHED).update(state=State.REPLACED)
        fresh.state, fresh.published_at = State.PUBLISHED, timezone.now()
        fresh.save()
        locked.published, locked.withdrawn_at = fresh, None
        locked.language = language_of(fresh.text)
        if locked.review_on <= timezone.localdate():
            locked.review_on = timezone.localdate() + timedelta(days=REVIEW_DAYS)
        record_event(
            "article.published", by=by, target=("article", locked.pk), details={"version": fresh.number}
        )
    return fresh


def withdraw_article(article: Article, *, by: Actor) -> None:
    """Nobody finds it any more; its versions stay. Raises `NotNow` where nothing is published."""
    with _changing(article) as locked:
        if locked.published is None or locked.withdrawn_at is not None:
            raise NotNow
        locked.withdrawn_at = timezone.now()
        record_event("article.withdrawn", by=by, target=("article", locked.pk))


def restore_article(article: Article, *, by: Actor) -> None:
    """Takes the withdrawal back. Raises `NotNow` where it was not withdrawn."""
    with _changing(article) as locked:
        if locked.withdrawn_at is None:
            raise NotNow
        locked.withdrawn_at = None
        record_event("article.restored", by=by, target=("article", locked.pk))


@contextmanager
def _changing(article: Article) -> Iterator[Article]:
    """Holds the article for a change, and saves it at the end."""
    with transaction.atomic():
        locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        yield locked
        locked.changed_at = timezone.now()
        locked.save()


def _add_version(article: Article, words: Words, *, by: Actor) -> ArticleVersion:
    scores = check_words(words, audience=article.audience).scores
    article.n_versions += 1
    version = ArticleVersion.objects.create(
        article=article,
        number=article.n_versions,
        title=words.title,
        text=words.text,
        asked_as=words.asked_as,
        person=words.person,
        product=words.product,
        place=words.place,
        case_number=words.case_number,
        plain=scores.plain,
        short=scores.short,
        trustworthy=scores.trustworthy,
        respectful=scores.respectful,
        author_id=int(by.id) if by.kind == "account" else None,
        at=timezone.now(),
    )
    article.save()
    return version


def _refuse_forbidden(version: ArticleVersion, *, audience: str) -> None:
    found = check_words(Words(title=version.title, text=version.text), audience=audience)
    if audience == Audience.PUBLIC and found.is_forbidden:
        raise ForbiddenWords(found.of(Code.REVIEW_CHANGE)[0].words)


def _check_facts(*, audience: str, review_on: date) -> None:
    if audience not in Audience.values:
        raise InvalidInput("There is no such audience.", field="audience")
    if review_on <= timezone.localdate():
        raise InvalidInput("The day has passed.", next_step="Choose a day to come.", field="review_on")


def _clean(words: Words) -> Words:
    title, text = _one_line(words.title), _plain(words.text)
    if not title or len(title) > 120:
        raise InvalidInput("An article needs a title of at most 120 characters.", field="title")
    if not text:
        raise InvalidInput("The article is empty.", field="text")
    if len(text) > MAX_SIGNS:
        raise InvalidInput(
            f"The text has more than {MAX_SIGNS:,} characters.", next_step="Shorten it.", field="text"
        )
    return Words(
        title=title,
        text=text,
        asked_as="\n".join(filter(None, (_one_line(line) for line in words.asked_as.split("\n"))))[:_LINES],
        person=_one_line(words.person)[:_SHORT],
        product=_one_line(words.product)[:_SHORT],
        place=_one_line(words.place)[:_SHORT],
        case_number=words.case_number[:20],
    )


def _plain(text: str) -> str:
    """Text that both databases store: no NUL, no lone surrogate."""
    return text.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "replace").decode().strip()


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split())
