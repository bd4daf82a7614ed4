"""The way through the pages. Features register their entries; the shell knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Section(StrEnum):
    """The stages of the loop and what stands beside it, in the order of the menu."""

    TODAY = "today"
    LISTEN = "listen"
    UNDERSTAND = "understand"
    RESPOND = "respond"
    CONTACT = "contact"
    IMPROVE = "improve"
    CUSTOMERS = "customers"
    SETTINGS = "settings"


SECTION_NAMES: dict[Section, StrPromise] = {
    Section.TODAY: _("Today"),
    Section.LISTEN: _("Listen"),
    Section.UNDERSTAND: _("Understand"),
    Section.RESPOND: _("Respond"),
    Section.CONTACT: _("Contact"),
    Section.IMPROVE: _("Improve"),
    Section.CUSTOMERS: _("Customers"),
    Section.SETTINGS: _("Settings"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """One page of the menu. `permission` is the value of a `people` permission; `icon` a file of Tabler's.

    `help` says in a few words what is found there, for the command palette.
    """

    section: Section
    name: StrPromise
    url_name: str
    icon: str
    permission: str
    order: int = 100
    help: StrPromise | str = ""


_entries: dict[str, NavEntry] = {}


def register(*entries: NavEntry) -> None:
    """Adds pages to the menu; called by a feature's `AppConfig.ready`. The same page again replaces it."""
    _entries.update({entry.url_name: entry for entry in entries})


def list_entries() -> list[NavEntry]:
    """Every registered page in the order of the menu."""
    places = list(Section)
    return sorted(_entries.values(), key=lambda entry: (places.index(entry.section), entry.order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer of the command palette; `hint` says what it is."""

    name: str
    hint: str
    url: str


Finder = Callable[[HttpRequest, str], Iterable[Found]]
_finders: dict[str, Finder] = {}


def register_finder(name: str, finder: Finder) -> None:
    """Lets the palette find a feature's things; the finder keeps to what the request's visitor may see."""
    _finders[name] = finder


def find(request: HttpRequest, text: str, *, limit_each: int = 6) -> list[Found]:
    """What all finders find for the text, a few of each."""
    return [found for finder in _finders.values() for found in islice(finder(request, text), limit_each)]
