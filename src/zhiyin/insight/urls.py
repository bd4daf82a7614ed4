"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.insight.views.home import home, put_away_first_steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("first-steps/", put_away_first_steps, name="put_away_first_steps"),
]
