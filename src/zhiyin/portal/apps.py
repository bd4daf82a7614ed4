"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the room under the label `portal`."""

    name = "zhiyin.portal"
    label = "portal"
