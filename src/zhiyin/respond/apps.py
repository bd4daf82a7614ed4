"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class RespondConfig(AppConfig):
    """Registers the room under the label `respond`."""

    name = "zhiyin.respond"
    label = "respond"
