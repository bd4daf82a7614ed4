"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Registers the room under the label `console`."""

    name = "zhiyin.console"
    label = "console"
