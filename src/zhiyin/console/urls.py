"""The addresses of the shell."""

from __future__ import annotations

from django.urls import path

from zhiyin.console.views import api_docs, choose_theme

urlpatterns = [
    path("api/", api_docs, name="api_docs"),
    path("theme/", choose_theme, name="choose_theme"),
]
