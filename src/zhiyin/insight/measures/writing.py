"""Values of measures as people write them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.numbers import Language
from zhiyin.insight.board import Figure
from zhiyin.insight.measures.contract import Measure, MeasureUnit
from zhiyin.measure.comparison import Change

_DIGITS: dict[MeasureUnit, int] = {
    "stars": 2,
    "points": 1,
    "score": 2,
    "per_100": 1,
    "minutes": 1,
    "hours": 1,
    "times": 2,
}


def factor_of(unit: MeasureUnit) -> float:
    """What a value is multiplied with to be drawn: shares become percent."""
    return 100.0 if unit == "share" else 1.0


def digits_of(unit: MeasureUnit) -> int:
    """Digits after the point."""
    return 1 if unit == "share" else _DIGITS.get(unit, 0)


def write_number(value: float | None, *, measure: Measure, language: Language) -> str:
    """The bare value; a dash for None.

    >>> from zhiyin.insight.measures.contract import get_measure
    >>> write_number(0.123, measure=get_measure("csat", "en"), language="en")
    '12.3%'
    """
    if value is None:
        return "–"
    if measure.unit == "count":
        return numbers.count(value, language=language)
    if measure.unit == "share":
        return numbers.percent(value)
    if measure.unit == "points":
        return numbers.signed(value)
    return numbers.plain(value, digits=digits_of(measure.unit))


def write_value(value: float | None, *, measure: Measure, language: Language) -> str:
    """The value with its unit where that is not clear from the sign."""
    text = write_number(value, measure=measure, language=language)
    if value is None:
        return text
    unit = unit_name(measure.unit)
    gap = "" if language == "zh" and measure.unit != "minutes" else " "
    return f"{text}{gap}{unit}" if unit else text


def unit_name(unit: MeasureUnit) -> str:
    """The unit in words; empty where the value says it itself."""
    return {"stars": _("stars"), "minutes": _("min"), "hours": _("h")}.get(unit, "")


def write_interval(figure: Figure, *, measure: Measure, language: Language) -> str:
    """Both ends; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (write_number(end, measure=measure, language=language) for end in (figure.low, figure.high))
    return f"{low} – {high}"


def write_change(change: Change | None, *, measure: Measure) -> str:
    """How much it moved: percent of what was before, percentage points, or its own unit."""
    if change is None or change.value is None:
        return ""
    if measure.is_change_relative:
        return f"{numbers.signed(100 * change.value)}%"
    if measure.unit == "share":
        return _("%(value)s points") % {"value": numbers.signed(100 * change.value)}
    return numbers.signed(change.value, digits=digits_of(measure.unit))
