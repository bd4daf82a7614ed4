"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the room under the label `customers`."""

    name = "zhiyin.customers"
    label = "customers"

    def ready(self) -> None:
        """Let each part of the room register what it brings."""
        from zhiyin.customers.rights.registering import register as register_rights

        register_rights()
