"""Incidents and alerts in plain sentences, made from figures by templates, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhiyin.console.numbers import Language
from zhiyin.insight.alerts.measures import Measure
from zhiyin.insight.naming import aspect_name
from zhiyin.insight.wording import wording
from zhiyin.listen.queries import list_channels

_HOURS_A_DAY = 24


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("zhiyin.insight.alerts").joinpath("words.toml").read_text(encoding="utf-8"))


def say(key: str, *, language: Language, **values: object) -> str:
    """The sentence of that key with its values filled in."""
    return _sentences()[language][key].format(**values)


def say_span(hours: int, *, language: Language) -> str:
    """24 小时, 3 天; 24 hours, 3 days."""
    if hours > _HOURS_A_DAY and hours % _HOURS_A_DAY == 0:
        return say("days", language=language, n=hours // _HOURS_A_DAY)
    return say("hours", language=language, n=hours)


def say_number(value: float) -> str:
    """A count to expect: whole from ten on, with one place below, "0" where it is next to nothing."""
    return f"{value:.0f}" if value >= 10 or value < 0.05 else f"{value:.1f}"


def name_measure(measure: Measure, *, language: Language) -> str:
    """What is counted, as it stands in a sentence."""
    if measure.kind == "aspect":
        name = aspect_name(measure.name, language=language)
        return say(f"aspect_{measure.polarity}", language=language, name=name)
    if measure.kind == "signal":
        return say("signal", language=language, name=wording(language).name(measure.name))
    if measure.kind == "touchpoint":
        return say("touchpoint", language=language, name=wording(language).name(measure.name))
    if measure.kind == "product":
        return say("product", language=language, name=measure.name)
    return say(measure.code, language=language)


def name_channel(code: str, *, language: Language) -> str:
    """The channel's name; its code where there is none."""
    found = next((one for one in list_channels() if one.code == code), None)
    return code if found is None else (found.name_zh if language == "zh" else found.name_en) or code


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What a headline tells: `observed` voices of the measure in the last `hours`, against `expected`."""

    where: str
    channel: str
    measure: Measure
    subject: Measure
    direction: int
    observed: float
    expected: float
    hours: int


def say_headline(it: Happening, *, language: Language) -> str:
    """What happened, where, how much: one sentence without a full stop."""
    place = it.where
    if it.channel:
        channel = name_channel(it.channel, language=language)
        place = say("in_channel", language=language, where=it.where, channel=channel)
    told = say(
        "rise" if it.direction > 0 else "fall",
        language=language,
        where=place,
        what=name_measure(it.measure, language=language),
        span=say_span(it.hours, language=language),
        n=f"{it.observed:.0f}",
        expected=say_number(it.expected),
    )
    if it.subject.aspect is None or it.measure.aspect is not None:
        return told
    return say(
        "about", language=language, headline=told, aspect=aspect_name(it.subject.aspect, language=language)
    )
