"""Masks private data in texts that are kept but not analysed, and what is known of an author beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from zhiyin.listen.items import AuthorIn
from zhiyin.understand.privacy import compile_patterns, find_private, mask
from zhiyin.understand.privacy.name_forms import family_names
from zhiyin.understand.text import fold_batch

# Shorter values, and names of two signs, stand in other words by chance (高兴, 安心).
_SHORTEST_VALUE = 5
_FULL_NAME = re.compile(r"[\u3400-\u9fff·]{3,8}")


def mask_texts(texts: Sequence[str]) -> list[str]:
    """The texts with private data covered sign by sign."""
    if not texts:
        return []
    batch = fold_batch(texts)
    return mask(batch, find_private(batch, patterns=_house_patterns(settings.PRIVATE_PATTERNS)))


_house_patterns = cache(compile_patterns)


def cover_author(text: str, author: AuthorIn | None) -> str:
    """The text with the author's own full name and identifiers covered wherever they stand.

    Finding private data needs a sign that it is one; "陈思远" as a bare answer has none, but the source
    told us whose name it is.
    """
    if author is None or not text:
        return text
    for value in _known_values(author):
        if value in text:
            text = text.replace(value, "*" * len(value))
    return text


def _known_values(author: AuthorIn) -> list[str]:
    values = [one.value for one in author.identities if len(one.value) >= _SHORTEST_VALUE]
    if author.name and _FULL_NAME.fullmatch(author.name) and _opens_with_family_name(author.name):
        values.append(author.name)
    return sorted(values, key=len, reverse=True)


def _opens_with_family_name(name: str) -> bool:
    return name[0] in family_names("sure") | family_names("doubtful") or name[:2] in family_names("double")
