"""Sentences with links, as HTML, told as plain words or as Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

from zhiyin.insight.delivery.outside import public_url
from zhiyin.insight.delivery.texts import escape_markdown


class _Reader(HTMLParser):
    """Collects words; links and strong words as Markdown where it is wanted."""

    def __init__(self, *, is_markdown: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._is_markdown = is_markdown
        self._href = ""
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a link or strong words."""
        if tag == "a":
            self._href = public_url(dict(attrs).get("href") or "")
            self._mark("[" if self._href else "")
        elif tag == "strong":
            self._mark("**")

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        if tag == "a":
            self._mark(f"]({_closed(self._href)})" if self._href else "")
            self._href = ""
        elif tag == "strong":
            self._mark("**")

    def handle_data(self, data: str) -> None:
        """Words as they stand; masked customers' words may hold signs that Markdown would read."""
        self.pieces.append(escape_markdown(data) if self._is_markdown else data)

    def _mark(self, mark: str) -> None:
        if self._is_markdown and mark:
            self.pieces.append(mark)


def as_text(html: str) -> str:
    """The words alone."""
    return _read(html, is_markdown=False)


def as_markdown(html: str) -> str:
    """The words with their links, where the installation knows its public address."""
    return _read(html, is_markdown=True)


def _read(html: str, *, is_markdown: bool) -> str:
    reader = _Reader(is_markdown=is_markdown)
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


def _closed(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
