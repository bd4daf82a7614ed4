"""What every page of the console knows about its visitor: the menu, and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zhiyin.console.navigation import SECTION_NAMES, NavEntry, Section, list_entries
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class NavSection:
    """One stage of the loop with the pages that the visitor may open."""

    code: str
    name: str
    entries: list[NavEntry]


def shell(request: HttpRequest) -> dict[str, object]:
    """Context of all pages: `navigation`, `here` (name of the page), `may` (set of permission values)."""
    match = request.resolver_match
    return {
        "navigation": SimpleLazyObject(lambda: list_navigation(request)),
        "here": match.url_name if match else "",
        "may": SimpleLazyObject(lambda: frozenset(map(str, visitor_of(request).permissions))),
        "theme": request.COOKIES.get("theme", "auto"),
    }


def list_navigation(request: HttpRequest) -> list[NavSection]:
    """The menu of this visitor, without empty sections; no more than this visitor may use."""
    visitor = visitor_of(request)
    visible = (entry for entry in list_entries() if visitor.may(Permission(entry.permission)))
    return [_section(section, entries) for section, entries in groupby(visible, lambda entry: entry.section)]


def _section(section: Section, entries: Iterable[NavEntry]) -> NavSection:
    return NavSection(code=section.value, name=str(SECTION_NAMES[section]), entries=list(entries))
