"""Reminds owners of articles to be looked at again, and forgets old searches."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.insight.delivery.kinds import mail
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.outside import public_url, read_outside
from zhiyin.knowledge.models import Article
from zhiyin.knowledge.services import forget_old_misses
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.services.audit import record_event

EVERY_SECONDS = 600.0
_log = logging.getLogger(__name__)


def make_articles_chore() -> Chore:
    """What articles need done in the background."""

    def run(should_stop: Callable[[], bool]) -> None:
        if not should_stop():
            remind_owners(now=timezone.now(), should_stop=should_stop)
            forget_old_misses()

    return Chore(name="articles", every_seconds=EVERY_SECONDS, run=run)


def remind_owners(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many owners were reminded: once for a review day, by mail where mail and address are known.

    A mail that is not taken is tried again the next time; the list of articles shows them at any rate.
    """
    today, n = timezone.localdate(now), 0
    due = Article.objects.filter(published__isnull=False, withdrawn_at=None, review_on__lte=today)
    due = due.filter(Q(reminded_on=None) | Q(reminded_on__lt=F("review_on")))
    for article in due.select_related("published", "owner").order_by("pk"):
        if should_stop():
            break
        if not _tell(article, now=now):
            continue
        n += _mark(article, today=today)
    return n


def _mark(article: Article, *, today: date) -> int:
    waiting = Article.objects.filter(pk=article.pk)
    marked = waiting.filter(Q(reminded_on=None) | Q(reminded_on__lt=F("review_on"))).update(reminded_on=today)
    if marked:
        record_event("article.reminded", target=("article", article.pk))
    return marked


def _tell(article: Article, *, now: datetime) -> bool:
    """Whether nothing more is to be sent."""
    address = article.owner.email
    if not (settings.SMTP_HOST and address and article.owner.is_active):
        return True
    with translation.override(article.owner.language or settings.LANGUAGE_CODE):
        text = _("“%(title)s” is to be looked at again. Does it still hold?") % {
            "title": article.published.title if article.published else ""
        }
        letter = Letter(
            reference=f"article_{hashlib.sha256(f'{article.pk}{article.review_on}'.encode()).hexdigest()[:24]}",
            key="article-review",
            title=_("An article is to be looked at again"),
            text=text,
            markdown="",
            url=public_url(reverse("article", args=[article.pk])),
            level=1,
            language=article.owner.language or "zh",
            created_at=now,
            at=now,
        )
        is_taken = mail.send(Address(recipients=(address,)), letter, read_outside()).is_taken
    if not is_taken:
        _log.warning("The mail server did not take a reminder; it is tried again.")
    return is_taken
