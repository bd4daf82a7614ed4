"""Chinese words by their pinyin, `fuwu` or `fw` for 服务: those of our lists and trees of aspects."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product

from zhiyin.insight.search.folding import fold
from zhiyin.understand.lexicon.files import judgements
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text.lists import read_rows

BUILT_IN = (
    "general",
    "restaurant",
    "hotels_sights",
    "retail",
    "telecom",
    "appliances",
    "cars",
    "public_services",
)
MOST_WORDS = 12
_MOST_READINGS = 8
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,6}")
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)*")
_extra: dict[str, frozenset[str]] = {}


def find_words(letters: str) -> tuple[str, ...]:
    """Chinese words that these folded letters may spell, the likeliest first, at most `MOST_WORDS`.

    Whole syllables or the first letter of each. None for English words that we know, and where a word
    has no Chinese sign of its own to spell. 0.3 s at first use, microseconds then.

    >>> "服务" in find_words("fuwu"), "服务" in find_words("fw"), find_words("and")
    (True, True, ())
    """
    if len(letters) < 2 or not _LETTERS.fullmatch(letters) or letters in _english():
        return ()
    return tuple(_by_spelling().get(letters.replace("'", ""), ())[:MOST_WORDS])


def know_words(name: str, words: Iterable[str]) -> None:
    """Take a company's own words too, such as those of its tree of aspects; replaces those of `name`."""
    own = frozenset(found for word in words if _CHINESE.fullmatch(found := fold(word)))
    if own != _extra.get(name):
        _extra[name] = own
        _by_spelling.cache_clear()


def words_of(taxonomy: Taxonomy) -> Iterator[str]:
    """The names and words of a tree of aspects."""
    for aspect in taxonomy.aspects:
        yield aspect.zh
        yield from (*aspect.terms, *aspect.weak_terms, *aspect.positive, *aspect.negative)
        yield from (*aspect.positive_with_term, *aspect.negative_with_term)


@cache
def _by_spelling() -> dict[str, list[str]]:
    """Words by whole syllables and by first letters; those that stand in more lists come first."""
    found: dict[str, list[str]] = {}
    for word in _words():
        for reading in _readings(word):
            for spelling in ("".join(reading), "".join(syllable[0] for syllable in reading)):
                some = found.setdefault(spelling, [])
                if word not in some:
                    some.append(word)
    return found


def _words() -> list[str]:
    counts: dict[str, int] = {}
    lists = [list(words_of(load_taxonomy(name))) for name in BUILT_IN]
    for word in (*(word for some in (*lists, *_extra.values()) for word in some), *_judging()):
        folded = fold(word)
        if _CHINESE.fullmatch(folded):
            counts[folded] = counts.get(folded, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], len(word), word))


def _judging() -> list[str]:
    return [word for word, _ in judgements()]


@cache
def _english() -> frozenset[str]:
    """Latin words that are no pinyin: frequent English ones and those of our own lists."""
    frequent = {word for row in read_rows("latin_words.tsv") for word in row[-1].split()}
    own = {fold(word) for name in BUILT_IN for word in words_of(load_taxonomy(name))} | set(_judging())
    return frozenset(
        part
        for word in (*frequent, *own)
        if word.isascii()
        for part in (word, *word.split())
        if len(part) > 1
    )


def _readings(word: str) -> Iterator[tuple[str, ...]]:
    ways = [_syllables(sign) for sign in word]
    return islice(product(*ways), _MOST_READINGS) if all(ways) else iter(())


@cache
def _syllables(sign: str) -> tuple[str, ...]:
    """The ways to read a sign, without tones; `ü` is typed as v, as keyboards have it, or as u."""
    marked = _dictionary().get(ord(sign), "")
    found: dict[str, None] = {}
    for one in marked.split(",") if marked else ():
        bare = unicodedata.normalize("NFD", one.replace("ü", "v").replace("ǚ", "v").replace("ǜ", "v"))
        bare = bare.replace("ǖ", "v").replace("ǘ", "v")
        found["".join(sign for sign in bare if sign.isascii() and sign.isalpha())] = None
    return tuple(one for one in found if one)


@cache
def _dictionary() -> dict[int, str]:
    # Its table of phrases, which we need not, would cost a second and 45 MB.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)
