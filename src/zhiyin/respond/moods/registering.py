"""What the stars of contacts add: to the steps of a case, to customers' pages, to what is erased."""

from __future__ import annotations

from zhiyin.customers.profile.star_sources import StarSource, register_stars
from zhiyin.people.permissions import Permission
from zhiyin.respond import hooks
from zhiyin.respond.moods.giving import erase_moods, keep_call_mood
from zhiyin.respond.moods.queries import read_stars
from zhiyin.respond.moods.rights import register as register_rights
from zhiyin.respond.services import erasing


def register() -> None:
    """Called once, when the app is ready."""
    hooks.after_telling(keep_call_mood)
    register_stars(StarSource(name="cases", permission=Permission.CASES_READ, read=read_stars))
    register_rights()
    if erase_moods not in erasing.also_erased:
        erasing.also_erased.append(erase_moods)
