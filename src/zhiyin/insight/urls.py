"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.insight.views.home import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
]
