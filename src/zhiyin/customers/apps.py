"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the room under the label `customers`."""

    name = "zhiyin.customers"
    label = "customers"

    def ready(self) -> None:
        """Let each part of the room register what it brings."""
        from zhiyin.customers.events.registering import register as register_events
        from zhiyin.customers.identifiers.registering import register as register_identifiers
        from zhiyin.customers.linking.registering import register as register_linking
        from zhiyin.customers.matching.registering import register as register_matching
        from zhiyin.customers.profile.registering import register as register_profile
        from zhiyin.customers.rights.registering import register as register_rights
        from zhiyin.customers.sample.registering import register as register_sample
        from zhiyin.customers.segments.registering import register as register_segments
        from zhiyin.customers.silence.registering import register as register_silence
        from zhiyin.customers.value.registering import register as register_value

        register_events()
        register_identifiers()
        register_matching()
        register_profile()
        register_linking()
        register_rights()
        register_sample()
        register_silence()
        register_value()
        register_segments()
