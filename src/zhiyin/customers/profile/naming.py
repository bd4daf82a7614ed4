"""What the pages of a customer call aspects, channels, units, needs and moods."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from zhiyin.console.numbers import Language
from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import InvalidInput
from zhiyin.listen.queries import ChannelOut, list_channels
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.caches import forgets
from zhiyin.people.queries.units import unit_names
from zhiyin.people.scope import Scope
from zhiyin.understand.taxonomy import shipped_names

# Reading the tree takes 15 ms; a new name may be seen half a minute late.
_SECONDS_REMEMBERED = 30
_SECONDS_KEPT = 2
ASKED = "asked"

MOODS = {
    "positive": _("Positive"),
    "neutral": _("Neutral"),
    "negative": _("Negative"),
    "mixed": _("Mixed"),
}
NEEDS = {
    "relevant": _("What concerns me"),
    "tailored": _("Fitting for me"),
    "timely": _("In time"),
    "plain": _("Plain and clear"),
    "inviting": _("Inviting"),
    "lasting": _("Lasting"),
    "visible_value": _("Value that shows"),
    "expressive": _("Says who I am"),
    "sincere": _("Sincere"),
    "delightful": _("Delightful"),
}
_remembered: dict[Language, tuple[float, Mapping[str, str]]] = {}
_kept: list[tuple[float, Sequence[ChannelOut]]] = []


def aspect_name(aspect: str, *, stored: str = "") -> str:
    """The aspect's name in the page's language; where the taxonomy has none, the one `stored`, or that of a
    taxonomy which comes with Zhiyin.
    """
    language = page_language()
    return _aspect_names(language).get(aspect) or stored or shipped_names(language).get(aspect, aspect)


def channel_names() -> Mapping[str, str]:
    """Name by code of every channel; one query."""
    is_chinese = page_language() == "zh"
    return {one.code: (one.name_zh if is_chinese else one.name_en) or one.code for one in _channels()}


def asked_channels() -> list[str]:
    """Codes of the channels by which customers answer what we ask."""
    return [one.code for one in _channels() if one.kind == ASKED]


def names_of_units(unit_ids: Iterable[int | None]) -> Mapping[int, str]:
    """Names of units whose facts the asker has read within the scope; one query."""
    wanted = frozenset(one for one in unit_ids if one is not None)
    return unit_names(scope=Scope(unit_ids=wanted)) if wanted else {}


def _aspect_names(language: Language) -> Mapping[str, str]:
    read_at, names = _remembered.get(language, (float("-inf"), {}))
    if time.monotonic() - read_at > _SECONDS_REMEMBERED:
        try:
            names = get_taxonomy().taxonomy.names(language)
        except InvalidInput:  # `zhiyin doctor` says so; a page need not fail for its names
            names = {}
        _remembered[language] = (time.monotonic(), names)
    return names


def _channels() -> Sequence[ChannelOut]:
    # Every source of a page asks for them.
    if not _kept or time.monotonic() - _kept[0][0] > _SECONDS_KEPT:
        _kept[:] = [(time.monotonic(), list_channels())]
    return _kept[0][1]


@forgets
def _forget() -> None:
    _remembered.clear()
    _kept.clear()
