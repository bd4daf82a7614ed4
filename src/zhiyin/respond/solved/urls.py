"""The address of the settings."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.solved.views import manage_solved

urlpatterns = [path("settings/solved/", manage_solved, name="manage_solved")]
