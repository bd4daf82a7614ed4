"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """Registers the room under the label `people`."""

    name = "zhiyin.people"
    label = "people"

    def ready(self) -> None:
        """Ids that were remembered may mean something else after a migration or a flush."""
        from zhiyin.people.caches import forget_everything

        post_migrate.connect(forget_everything, sender=self, dispatch_uid="people.forget")
