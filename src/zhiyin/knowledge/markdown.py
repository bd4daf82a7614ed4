"""Articles' Markdown as safe HTML: no HTML of its own, no pictures from elsewhere."""

from __future__ import annotations

import re
from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}\s{1,4}|>\s?)")
_LINK = re.compile(r"\[([^\]\[\n]{1,200})\]\(([^)\s]{1,500})\)")


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")


def to_html(text: str) -> SafeString:
    """The text as HTML; what is HTML in it stands as written, and no link runs a script."""
    html: str = _renderer().render(text)
    return SafeString(html)  # the renderer escapes


def to_words(text: str, *, most: int = 160) -> str:
    """How the text begins, without marks, for lists."""
    words = " ".join(line.strip("#>*-| \t") for line in text.splitlines())
    plain = " ".join(words.replace("**", "").replace("`", "").split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def to_plain(text: str) -> str:
    """The text without marks of Markdown, line by line, to be put into an answer."""
    lines = (_MARKS.sub("", line).rstrip() for line in text.splitlines())
    return _LINK.sub(r"\1（\2）", "\n".join(lines).replace("**", "").replace("`", "")).strip()
