"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the room under the label `customers`."""

    name = "zhiyin.customers"
    label = "customers"
