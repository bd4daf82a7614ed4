"""The addresses of "now"."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.now import views

urlpatterns = [
    path("now/", views.now, name="now"),
    path("now/voices/", views.now_voices, name="now_voices"),
    path("now/voices/export/", views.now_voices_export, name="now_voices_export"),
]
