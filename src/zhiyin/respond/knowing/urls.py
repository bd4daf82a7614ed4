"""The addresses of knowledge on cases."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.knowing.views import check_answer, make_article, show_knowledge, use_article

_ONE = "cases/<str:number>/"

urlpatterns = [
    path(f"{_ONE}knowledge/", show_knowledge, name="case_knowledge"),
    path(f"{_ONE}knowledge/use/", use_article, name="case_use_article"),
    path(f"{_ONE}knowledge/keep/", make_article, name="case_keep_answer"),
    path(f"{_ONE}check/", check_answer, name="case_check"),
]
