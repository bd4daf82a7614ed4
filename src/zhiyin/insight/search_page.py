"""What the page says about a search: how to write one, and what letters were read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from zhiyin.insight.search import list_wanted, read_search
from zhiyin.insight.search.pinyin import know_words, words_of
from zhiyin.insight.state import ViewState
from zhiyin.listen.services.taxonomy import get_taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWay:
    """An example: `text` as it is typed, what it finds, and the address of the list for it."""

    text: str
    finds: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PinyinNote:
    """Letters that were searched for as Chinese words too; `url` searches for the letters alone."""

    letters: str
    words: Sequence[str]
    url: str


def learn_own_words(typed: str) -> None:
    """Before letters are read as pinyin: take the company's own tree of aspects as words too.

    Read from the database where the search has letters; taken again only after it changed.
    """
    if any(sign.isalpha() and ord(sign) < 0x4E00 for sign in typed):
        _learn(get_taxonomy().taxonomy.label)


@lru_cache(maxsize=1)
def _learn(label: str) -> None:
    know_words("own", words_of(get_taxonomy().taxonomy))
    read_search.cache_clear()


def list_ways(state: ViewState) -> list[SearchWay]:
    """The ways to write a search."""
    ways = {
        "上菜 慢": _("both words, wherever they stand"),
        '"上菜慢"': _("these signs, one after the other"),
        "上菜 OR 出餐": _("one of the two, or both; 或 between spaces does the same"),
        "服务 -好": _("the first without the second; 非 or NOT before it does the same"),
        "(上菜 或 出餐) 慢": _("brackets say what belongs together"),
        "fuwu": _("服务, by its pinyin; fw by the first letters"),
    }
    return [
        SearchWay(text=text, finds=finds, url=state.url("voices", q=text)) for text, finds in ways.items()
    ]


def list_pinyin(state: ViewState) -> list[PinyinNote]:
    """The words of the search that were read as pinyin."""
    typed = state.filter.text
    return [
        PinyinNote(
            letters=term.words[0],
            words=term.pinyin_words,
            url=state.url("voices", q=_quoted(typed, term.words[0])),
        )
        for term in list_wanted(read_search(typed))
        if term.pinyin_words
    ]


def _quoted(typed: str, letters: str) -> str:
    place = typed.lower().find(letters)
    if place < 0:  # typed in wide letters
        return f'"{letters}"'
    return f'{typed[:place]}"{typed[place : place + len(letters)]}"{typed[place + len(letters) :]}'
