"""Keeps the index of the process in step with the articles; only what changed is read anew."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max

from zhiyin.knowledge.models import Article, ArticleUse, ArticleVersion, Audience
from zhiyin.knowledge.search.index import Document, Index, Reach, make_document
from zhiyin.knowledge.search.meaning import Reader

# A mention in the title, in a way customers ask, in a search that led here, in a scenario, in the text.
_TITLE, _ASKED, _LED_HERE, _SCENARIO, _TEXT = 4.0, 3.0, 1.5, 2.0, 1.0
_MOST_LED = 40

Stamp = tuple[object, ...]
Key = tuple[int, int, datetime, int]
"""Article, its published version, when that was written, and how many searches led to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    stamp: Stamp
    index: Index
    documents: dict[Key, Document]


_lock = threading.Lock()
_kept: dict[str, _Kept] = {}


def get_index(reader: Reader) -> Index:
    """The index of all published articles as they stand now. Two small queries where nothing changed."""
    stamp = (reader.label, *_stamp())
    with _lock:
        kept = _kept.get(_database())
        if kept is None or kept.stamp != stamp:
            # Aspects of another taxonomy are of no use: then every article is read anew.
            is_same = kept is not None and kept.stamp[0] == reader.label
            kept = _make(stamp, reader=reader, before=kept.documents if kept and is_same else {})
            _kept[_database()] = kept
        return kept.index


def _stamp() -> Stamp:
    changed: dict[str, datetime | int | None] = Article.objects.aggregate(
        n=Count("pk"), last=Max("changed_at")
    )
    used: dict[str, int | None] = ArticleUse.objects.exclude(asked="").aggregate(
        n=Count("pk"), last=Max("pk")
    )
    return (*changed.values(), *used.values())


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _make(stamp: Stamp, *, reader: Reader, before: dict[Key, Document]) -> _Kept:
    live = Article.objects.filter(published__isnull=False, withdrawn_at=None).order_by("pk")
    led: dict[int, list[str]] = defaultdict(list)
    for article_id, asked in (
        ArticleUse.objects.exclude(asked="").order_by("pk").values_list("article_id", "asked")
    ):
        led[article_id].append(asked)
    wanted = [
        (article_id, version_id, written_at, len(led[article_id]))
        for article_id, version_id, written_at in live.values_list("pk", "published_id", "published__at")
    ]
    reaches = [
        Reach(unit_id=unit_id, is_public=audience == Audience.PUBLIC)
        for unit_id, audience in live.values_list("unit_id", "audience")
    ]
    documents = {key: before[key] for key in wanted if key in before}
    missing = {key[1]: key for key in wanted if key not in documents}
    versions = list(ArticleVersion.objects.in_bulk(list(missing)).values()) if missing else []
    aspects = reader.aspects_of([f"{one.title}\n{one.asked_as}\n{one.text}" for one in versions])
    for version, about in zip(versions, aspects, strict=True):
        key = missing[version.pk]
        fields = [
            (version.title, _TITLE),
            (version.asked_as, _ASKED),
            ("\n".join((version.person, version.product, version.place)), _SCENARIO),
            ("\n".join(led[key[0]][-_MOST_LED:]), _LED_HERE),
            (version.text, _TEXT),
        ]
        documents[key] = make_document(key[0], fields=fields, aspects=about)
    return _Kept(stamp=stamp, index=Index([documents[key] for key in wanted], reaches), documents=documents)
