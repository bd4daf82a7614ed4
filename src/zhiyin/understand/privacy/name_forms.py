"""What a Chinese name looks like, and where one may begin and end."""

from __future__ import annotations

import re
from functools import cache

from zhiyin.understand.text.lists import read_rows, read_words

HAN = re.compile(r"[㐀-鿿]+")


@cache
def family_names(kind: str) -> frozenset[str]:
    """Return the family names of a kind (first column of `family_names.tsv`)."""
    return frozenset(
        name for row in read_rows("family_names.tsv") if row[0] == kind for name in row[1].split()
    )


@cache
def families() -> frozenset[str]:
    """Return the first signs of family names that are met often, everyday words among them."""
    return family_names("sure") | family_names("doubtful") | family_names("frequent")


@cache
def neighbour_signs(place: str) -> frozenset[str]:
    """Return signs that may or may not stand at a place in or by a name (`name_signs.tsv`)."""
    return frozenset("".join(row[1] for row in read_rows("name_signs.tsv") if row[0] == place))


def is_name(name: str) -> bool:
    """Whether it opens with a family name, goes on as a given name can, and is no known word."""
    if name[:2] in family_names("double"):
        given = name[2:]
    elif name[:1] in _all_single():
        given = name[1:]
    else:
        return False
    words = read_words("not_names.txt")
    has_word = name[:2] in words or name[:3] in words or given in words or given[-2:] in words
    return not has_word and not neighbour_signs("never").intersection(given)


@cache
def _all_single() -> frozenset[str]:
    return family_names("sure") | family_names("doubtful") | family_names("polite_only")


def can_begin(before: str) -> bool:
    """Whether a name may begin behind `before`: at its start, after a mark, after a word that leads to it."""
    return not before or before[-1] in neighbour_signs("before") or not HAN.match(before[-1])


def can_end(after: str) -> bool:
    """Whether a name may end before `after`."""
    return not after or after[0] in neighbour_signs("after") or not HAN.match(after[0])


def name_at_end(text: str, *, is_polite: bool) -> int:
    """Return how many signs at the end of `text` are a name, 0 for none; of two readings the longer one.

    `is_polite` says that the title is given to anybody (先生), so that a doubtful family name may open it.
    """
    run = _last_run(text)
    if run[-2:] in family_names("double"):
        return 2
    for length in (4, 3, 2):
        if len(run) >= length and _is_full_name(run[-length:], before=run[:-length], is_polite=is_polite):
            return length
    if not run or run[-2:] in read_words("not_names.txt") or run[-3:] in read_words("not_names.txt"):
        return 0
    if run[-1] == "张" and text[-2:-1].isdecimal():
        return 0  # 2张女士票
    allowed = _all_single() if is_polite else family_names("doubtful")
    return int(run[-1] in family_names("sure") or (run[-1] in allowed and can_begin(run[:-1])))


def _last_run(text: str) -> str:
    """The Chinese signs at the end of the text, up to the last other sign."""
    runs = HAN.findall(text)
    return str(runs[-1]) if runs and text.endswith(runs[-1]) else ""


def _is_full_name(name: str, *, before: str, is_polite: bool) -> bool:
    if name[:2] in family_names("double"):
        return len(name) > 2 and is_name(name)
    is_word_end = before[-1:] + name[0] in read_words("not_names.txt")  # 谢 of 感谢
    if len(name) > 3 or is_word_end or not is_name(name):
        return False
    ends_plainly = name[-1] not in family_names("frequent")
    if name[0] in family_names("sure"):
        # Within a longer run 林 or 王 alone is likelier than a full name that ends so.
        return can_begin(before) or (len(name) == 3 and ends_plainly)
    return is_polite and ends_plainly and can_begin(before)


def name_at_start(text: str) -> int:
    """Return how many signs at the start of `text` are a full name that ends where a word can, 0 for none."""
    is_double = text[:2] in family_names("double")
    for length in (3, 4) if is_double else (2, 3):
        if len(text) >= length and HAN.fullmatch(text[:length]) and can_end(text[length:]):
            return length if is_name(text[:length]) else 0
    return 0
