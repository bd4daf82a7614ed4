"""What aspects are called in the page's language; facts hold the Chinese name alone."""

from __future__ import annotations

import time
from collections.abc import Mapping

from zhiyin.console.numbers import Language
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.caches import forgets

# Reading the tree takes 15 ms; a new name may be seen half a minute late.
_SECONDS_REMEMBERED = 30
_remembered: dict[Language, tuple[float, Mapping[str, str]]] = {}


def aspect_names(language: Language) -> Mapping[str, str]:
    """Name by aspect of the taxonomy in use; empty where that cannot be read."""
    found = _remembered.get(language)
    if found is None or time.monotonic() - found[0] > _SECONDS_REMEMBERED:
        found = (time.monotonic(), _read(language))
        _remembered[language] = found
    return found[1]


def aspect_name(aspect: str, *, language: Language, stored: str | None = None) -> str:
    """The aspect's name; the one `stored` with the facts, else the id, where the tree has it no longer."""
    return aspect_names(language).get(aspect) or stored or aspect


def _read(language: Language) -> Mapping[str, str]:
    try:
        return get_taxonomy().taxonomy.names(language)
    except InvalidInput:  # `zhiyin doctor` says so; a page of figures need not fail for its names
        return {}


@forgets
def _forget() -> None:
    _remembered.clear()
