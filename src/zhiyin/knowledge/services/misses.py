"""Keeps what was searched in vain, so that somebody writes it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zhiyin.errors import NotFound
from zhiyin.insight.search.folding import fold
from zhiyin.knowledge.models import Article, MissedSearch
from zhiyin.knowledge.plain import language_of
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event

KEPT_DAYS = 400
_MOST, _LEAST = 200, 2
# Whoever still types makes one search of many.
_STILL_TYPING = timedelta(minutes=2)


def note_miss(words: str, *, account: Account | None = None, is_public: bool = False) -> None:
    """Keep a search that found nothing. What one person types on within two minutes counts once."""
    plain = " ".join(words.replace("\0", "").split())[:_MOST].encode("utf-8", "replace").decode()
    if len(plain) < _LEAST:
        return
    masked = mask_texts([plain])[0]
    folded = " ".join(fold(masked).split())
    now = timezone.now()
    if account is not None:
        last = (
            MissedSearch.objects.filter(account=account, at__gt=now - _STILL_TYPING, handled_at=None)
            .order_by("-at")
            .first()
        )
        if last is not None and (folded.startswith(last.folded) or last.folded.startswith(folded)):
            longer = folded if len(folded) > len(last.folded) else last.folded
            last.words, last.folded, last.at = (masked if longer == folded else last.words), longer, now
            last.save()
            return
    MissedSearch.objects.create(
        words=masked,
        folded=folded,
        language=language_of(masked),
        is_public=is_public,
        account=account,
        at=now,
    )


def handle_miss(
    folded: str, *, among: QuerySet[MissedSearch], by: Actor, article: Article | None = None
) -> int:
    """These searches, `among` those the asker may read, are answered by `article`, or need none; how many.

    Raises:
        NotFound: nobody searched so, or it was handled already.
    """
    with transaction.atomic():
        n = among.filter(folded=folded, handled_at=None).update(handled_at=timezone.now(), article=article)
        if not n:
            raise NotFound("There is no such search.", next_step="Look at the list anew.")
        action = "gap.answered" if article else "gap.dismissed"
        record_event(action, by=by, details={"searches": n})
    return n


def unhandle_miss(folded: str, *, among: QuerySet[MissedSearch], by: Actor) -> None:
    """Takes a decision that no article is needed back."""
    with transaction.atomic():
        n = among.filter(folded=folded, article=None).update(handled_at=None)
        record_event("gap.reopened", by=by, details={"searches": n})


def forget_old_misses() -> int:
    """Searches older than `KEPT_DAYS` go; returns how many."""
    n, _each = MissedSearch.objects.filter(at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
    return n
