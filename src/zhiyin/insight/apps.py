"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Registers the room under the label `insight`."""

    name = "zhiyin.insight"
    label = "insight"
