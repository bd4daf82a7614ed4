"""What aspects are called in the page's language; facts hold the Chinese name alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from zhiyin.console.numbers import Language
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.caches import forgets
from zhiyin.understand.taxonomy import shipped_names

# Reading the tree takes 15 ms; a new name may be seen half a minute late.
_SECONDS_REMEMBERED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Name by aspect, and the aspect that a merged one went into by its old id; when read (monotonic)."""

    read_at: float
    names: Mapping[str, str] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)


_remembered: dict[Language, _Names] = {}


def aspect_names(language: Language) -> Mapping[str, str]:
    """Name by aspect of the taxonomy in use; empty where that cannot be read."""
    return _known(language).names


def aspect_name(aspect: str, *, language: Language, stored: str | None = None) -> str:
    """The aspect's name, or of what it was merged into; where the tree has neither, the one `stored`, or
    that of a taxonomy which comes with Zhiyin.
    """
    known = _known(language)
    name = known.names.get(known.heirs.get(aspect, aspect)) or stored
    return name or shipped_names(language).get(aspect, aspect)


def _known(language: Language) -> _Names:
    found = _remembered.get(language)
    if found is None or time.monotonic() - found.read_at > _SECONDS_REMEMBERED:
        found = _read(language)
        _remembered[language] = found
    return found


def _read(language: Language) -> _Names:
    now = time.monotonic()
    try:
        taxonomy = get_taxonomy().taxonomy
    except InvalidInput:  # `zhiyin doctor` says so; a page of figures need not fail for its names
        return _Names(read_at=now)
    return _Names(read_at=now, names=taxonomy.names(language), heirs=taxonomy.heirs())


@forgets
def _forget() -> None:
    _remembered.clear()
