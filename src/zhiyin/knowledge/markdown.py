"""Articles' Markdown as safe HTML: no HTML of its own, no pictures from elsewhere."""

from __future__ import annotations

from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt


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
