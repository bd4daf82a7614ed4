"""Words for taxonomies in the language of the page: keys, values, rules, differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.understand.taxonomy_differences import Difference


class _Names(msgspec.Struct, frozen=True):
    """One thing in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLine:
    """A difference in words; phrases that came and went stand beside it."""

    kind: str
    words: str
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def phrase_list_name(key: str) -> str:
    """How people call a list of phrases."""
    return _say("phrases", key)


def phrase_list_hint(key: str) -> str:
    """What belongs into a list of phrases."""
    return _say("hints", key)


def label_name(key: str) -> str:
    """How people call group, cause, need, touchpoint, owner."""
    return _say("labels", key)


def value_name(value: str) -> str:
    """How people call a group, cause or need; what is none of them is told as it is."""
    return _say("values", value)


def rule_name(rule: str) -> str:
    """What a rule makes of an opinion word."""
    return _say("rules", rule)


def difference_lines(differences: Iterable[Difference]) -> list[DifferenceLine]:
    """The differences in words."""
    return [_line(one) for one in differences]


def _line(one: Difference) -> DifferenceLine:
    is_chinese = page_language() == "zh"
    facts = {
        "name": one.zh if is_chinese else one.en,
        "old": value_name(one.old) or "–",
        "new": (one.new_zh if is_chinese else one.new_en) or value_name(one.new) or "–",
        "key": _key_name(one),
    }
    sentence = _sentences()[one.kind if one.kind != "moved" or one.new else "moved_up"]
    return DifferenceLine(kind=one.kind, words=sentence % facts, gained=one.gained, lost=one.lost)


def _sentences() -> dict[str, str]:
    return {
        "replaced": _("Another taxonomy: “%(new)s” instead of “%(old)s”"),
        "named": _("The taxonomy is now called “%(new)s”, not “%(old)s”"),
        "added": _("Added “%(name)s”"),
        "removed": _("Removed “%(name)s”"),
        "merged": _("Merged “%(name)s” into “%(new)s”"),
        "renamed": _("Renamed “%(old)s” to “%(new)s”"),
        "moved": _("Moved “%(name)s” below “%(new)s”"),
        "moved_up": _("Moved “%(name)s” to the top"),
        "ordered": _("Gave “%(name)s” another place"),
        "phrases": _("“%(name)s” · %(key)s"),
        "label": _("“%(name)s” · %(key)s: %(old)s → %(new)s"),
        "flag": _("“%(name)s”: switched %(key)s"),
    }


def _key_name(one: Difference) -> str:
    named: dict[str, Callable[[str], str]] = {"phrases": phrase_list_name, "label": label_name}
    return named[one.kind](one.key) if one.kind in named else one.key


def _say(group: str, code: str) -> str:
    found = _groups()[group].get(code)
    if found is None:
        return code
    return found.zh if page_language() == "zh" else found.en


@cache
def _groups() -> dict[str, dict[str, _Names]]:
    text = files("zhiyin.listen").joinpath("data/taxonomy_words.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, dict[str, _Names]])
