"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Registers the room under the label `listen`."""

    name = "zhiyin.listen"
    label = "listen"
