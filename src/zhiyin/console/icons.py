"""Tabler's icons, drawn into the page: no request, and the colour of the text around them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "static" / "vendor" / "tabler-icons"
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


def icon(name: str, *, label: str = "") -> SafeString:
    """The icon as inline SVG; hidden from screen readers unless it has a `label`.

    Raises:
        FileNotFoundError: the icon is not in `icons.txt`, the list of those taken out of the package.
    """
    attributes = (
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        attributes,
        _body(name),
    )


@cache
def _body(name: str) -> SafeString:
    match = _BODY.search((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    return mark_safe(match[1].strip() if match else "")  # noqa: S308 - a file of a pinned package
