"""Owners are reminded of articles to be looked at again, once for a day."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from zhiyin.knowledge.background import make_articles_chore, remind_owners
from zhiyin.knowledge.models import Article, MissedSearch
from zhiyin.knowledge.queries import ArticleFilter, list_articles
from zhiyin.knowledge.services import note_miss
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING


def test_an_article_is_reminded_of_once_for_its_day(publish):
    publish("发票怎么开", "在小程序里开。", review_on=timezone.localdate() + timedelta(days=3))
    now = timezone.now()
    assert remind_owners(now=now) == 0
    later = now + timedelta(days=3, hours=1)
    assert remind_owners(now=later) == 1
    assert remind_owners(now=later + timedelta(days=1)) == 0
    Article.objects.update(review_on=(later + timedelta(days=30)).date())
    assert remind_owners(now=later + timedelta(days=31)) == 1
    assert AuditEvent.objects.filter(action="article.reminded").count() == 2


def test_what_is_due_stands_in_its_list(publish):
    publish("发票怎么开", "在小程序里开。", review_on=timezone.localdate() + timedelta(days=3))
    tomorrow = timezone.localdate() + timedelta(days=3)
    due, n = list_articles(scope=EVERYTHING, filter=ArticleFilter(view="due", today=tomorrow))
    assert (n, due[0].is_due) == (1, True)


def test_old_searches_are_forgotten(company):
    note_miss("宠物可以进店吗")
    MissedSearch.objects.update(at=timezone.now() - timedelta(days=401))
    note_miss("新的搜索")
    make_articles_chore().run(lambda: False)
    assert MissedSearch.objects.get().words == "新的搜索"
