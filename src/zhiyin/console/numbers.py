"""Numbers as people write them, in Chinese and English."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]
_NOTHING = "–"
_STEPS: dict[Language, tuple[tuple[float, str], ...]] = {
    "zh": ((1e8, "亿"), (1e4, "万")),
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k")),
}
_PLAIN_BELOW = 10_000


def count(n: float, *, language: Language) -> str:
    """A count: whole below ten thousand, then 1.2万 in Chinese and 12k in English.

    >>> count(9876, language="zh"), count(12_345, language="zh"), count(12_345, language="en")
    ('9,876', '1.2万', '12k')
    >>> count(120_000_000, language="zh"), count(1_250_000, language="en")
    ('1.2亿', '1.2M')
    """
    if abs(n) < _PLAIN_BELOW:
        return f"{n:,.0f}"
    for step, sign in _STEPS[language]:
        if abs(n) >= step:
            scaled = n / step
            # Two digits at least are kept: 1.2万, 12万.
            digits = 1 if abs(scaled) < 10 else 0
            return f"{scaled:,.{digits}f}".removesuffix(".0") + sign
    return f"{n:,.0f}"


def percent(share: float | None) -> str:
    """A share (0 to 1) as percent with one digit.

    >>> percent(0.1234), percent(None)
    ('12.3%', '–')
    """
    return _NOTHING if share is None else f"{share * 100:.1f}%"


def signed(value: float | None, *, digits: int = 1) -> str:
    """A value with its sign; a minus sign, not a hyphen.

    >>> signed(3.14), signed(-3.14), signed(0.01), signed(None)
    ('+3.1', '−3.1', '0.0', '–')
    """
    if value is None:
        return _NOTHING
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def plain(value: float | None, *, digits: int = 1) -> str:
    """A value with the given digits.

    >>> plain(4.256, digits=2), plain(None)
    ('4.26', '–')
    """
    return _NOTHING if value is None else f"{value:.{digits}f}"
