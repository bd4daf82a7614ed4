"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.knowledge.views.article import confirm, publish, review, show_article, withdraw
from zhiyin.knowledge.views.checking import check
from zhiyin.knowledge.views.editing import edit_article, new_article
from zhiyin.knowledge.views.files import export_articles, move_articles
from zhiyin.knowledge.views.lists import dismiss_gap, export_gaps, show_articles, show_gaps

_ONE = "knowledge/<int:article_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("knowledge/", show_articles, name="articles"),
    path("knowledge/new/", new_article, name="new_article"),
    path("knowledge/gaps/", show_gaps, name="article_gaps"),
    path("knowledge/gaps/export/", export_gaps, name="export_article_gaps"),
    path("knowledge/gaps/dismiss/", dismiss_gap, name="dismiss_gap"),
    path("knowledge/files/", move_articles, name="move_articles"),
    path("knowledge/export/", export_articles, name="export_articles"),
    path(_ONE, show_article, name="article"),
    path(f"{_ONE}edit/", edit_article, name="edit_article"),
    path(f"{_ONE}review/", review, name="review_article"),
    path(f"{_ONE}publish/", publish, name="publish_article"),
    path(f"{_ONE}confirm/", confirm, name="confirm_article"),
    path(f"{_ONE}withdraw/", withdraw, name="withdraw_article"),
    path("check-text/", check, name="check_text"),
]
