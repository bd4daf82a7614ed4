"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """Registers the room under the label `knowledge`, and its pages in the menu."""

    name = "zhiyin.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Add the articles and the check to the menu, and the check beside texts of lower rooms."""
        from zhiyin.console.navigation import NavEntry, Section, register, register_finder
        from zhiyin.knowledge.beside import offer_check
        from zhiyin.knowledge.finders import find_titles
        from zhiyin.knowledge.leaving import add_to_leaving
        from zhiyin.people.permissions import Permission

        register_finder("articles", find_titles)
        add_to_leaving()
        offer_check()
        register(
            NavEntry(
                section=Section.RESPOND,
                name=_("Knowledge"),
                url_name="articles",
                icon="book",
                permission=Permission.FEEDBACK_READ.value,
                order=60,
                help=_("Articles found as you type, and what nobody has written yet"),
            ),
            NavEntry(
                section=Section.RESPOND,
                name=_("Plain words"),
                url_name="check_text",
                icon="writing",
                permission=Permission.FEEDBACK_READ.value,
                order=65,
                help=_("Is this text plain, short, trustworthy and respectful?"),
            ),
        )
