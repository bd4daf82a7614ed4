"""The addresses of answers for customers."""

from __future__ import annotations

from django.urls import path

from zhiyin.portal.help.views import show_answer, show_help

urlpatterns = [
    path("help/", show_help, name="portal_help"),
    path("help/<int:article_id>/", show_answer, name="portal_answer"),
]
