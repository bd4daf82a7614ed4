"""A line of values as a small SVG, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT, _EDGE = 96, 24, 2


def sparkline(values: Sequence[float | None], *, label: str = "") -> SafeString:
    """The values from left (oldest) to right, scaled to their own range; None leaves a gap.

    Empty text where fewer than two values are there: a line of one point says nothing.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    path = _path(values, low=low, span=(high - low) or 1.0)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>',
        _WIDTH,
        _HEIGHT,
        label,
        path,
    )


def _path(values: Sequence[float | None], *, low: float, span: float) -> str:
    step = (_WIDTH - 2 * _EDGE) / (len(values) - 1)
    pieces, is_down = [], False
    for place, value in enumerate(values):
        if value is None:
            is_down = False
            continue
        x = _EDGE + place * step
        y = _HEIGHT - _EDGE - (value - low) / span * (_HEIGHT - 2 * _EDGE)
        pieces.append(f"{'L' if is_down else 'M'}{x:.1f} {y:.1f}")
        is_down = True
    return "".join(pieces)
