"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from zhiyin.assist.views import settings

urlpatterns = [
    path("settings/model/", settings.language_model, name="language_model"),
    path("settings/model/try/", settings.try_language_model, name="try_language_model"),
    path("settings/model/off/", settings.turn_off_language_model, name="turn_off_language_model"),
]
