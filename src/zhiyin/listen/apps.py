"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Registers the room under the label `listen`."""

    name = "zhiyin.listen"
    label = "listen"

    def ready(self) -> None:
        """Its kinds of jobs, and its entries in the menu."""
        from zhiyin.console import navigation
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.listen.menu import ENTRIES
        from zhiyin.listen.sealed import list_sealed_here
        from zhiyin.listen.services import jobs
        from zhiyin.listen.services.imports.handed_in import IMPORT_KIND
        from zhiyin.listen.services.learning.job import TRAINING_KIND
        from zhiyin.listen.services.retagging import RETAGGING_KIND
        from zhiyin.listen.services.sample_removal import REMOVAL_KIND
        from zhiyin.listen.services.taxonomy_preview import PREVIEW_KIND
        from zhiyin.listen.services.term_suggestions import SUGGESTIONS_KIND

        navigation.register(*ENTRIES)
        register_sealed(*list_sealed_here())
        jobs.register(IMPORT_KIND)
        jobs.register(REMOVAL_KIND)
        jobs.register(RETAGGING_KIND)
        jobs.register(SUGGESTIONS_KIND)
        jobs.register(PREVIEW_KIND)
        jobs.register(TRAINING_KIND)
