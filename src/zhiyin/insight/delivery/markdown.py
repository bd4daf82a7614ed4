"""The little Markdown that our messages use, as HTML for mail."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((https?://[^\s()]{1,1000})\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,300})\*\*")


def to_html(text: str, *, is_markdown: bool) -> SafeString:
    """Paragraphs, headings, bullets, bold words and links; everything else is shown as it stands."""
    blocks = [_block(block, is_markdown=is_markdown) for block in text.strip().split("\n\n") if block.strip()]
    return mark_safe("\n".join(blocks))  # noqa: S308 - every line was escaped before marks were added


def _block(block: str, *, is_markdown: bool) -> str:
    lines = block.strip("\n").split("\n")
    if not is_markdown:
        return f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{_line(line[2:])}</li>' for line in lines)}</ul>"
    if len(lines) == 1 and lines[0].startswith("#"):
        return f"<h3>{_line(lines[0].lstrip('#').strip())}</h3>"
    return f"<p>{'<br>'.join(_line(line) for line in lines)}</p>"


def _line(line: str) -> str:
    """Marks become tags; an escaped mark is taken out of the way first and put back at the end."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        return f"\0{len(kept) - 1}\0"

    shown: str = escape(re.sub(r"\\([\\*_`\[\]<>#])", keep, line.replace("\0", "")))
    shown = _BOLD.sub(r"<strong>\1</strong>", shown)
    shown = _LINK.sub(r'<a href="\2">\1</a>', shown)
    return re.sub(r"\0(\d+)\0", lambda match: escape(kept[int(match[1])]), shown)
