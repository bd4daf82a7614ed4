"""What quality adds to the room: two entries of the menu, and what is erased with a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.listen.pipeline import erasure
from zhiyin.people.permissions import Permission
from zhiyin.respond.quality.appealing import erase_quality_words
from zhiyin.respond.quality.robots import forget_talks
from zhiyin.respond.services import erasing


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Quality of answers"),
            url_name="quality",
            icon="clipboard-check",
            permission=Permission.QUALITY_REVIEW.value,
            order=41,
            help=_("How well cases are answered, by machine and by people"),
        )
    )
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("My scores"),
            url_name="quality_mine",
            icon="star",
            permission=Permission.CASES_WORK.value,
            order=42,
            help=_("How well your answers were found, and what you may object to"),
        )
    )
    if erase_quality_words not in erasing.also_erased:
        erasing.also_erased.append(erase_quality_words)
    if forget_talks not in erasure.on_erased:
        erasure.on_erased.append(forget_talks)
