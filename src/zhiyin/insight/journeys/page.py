"""The measured map as its page shows it: every figure with the address of the voices behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.insight import naming
from zhiyin.insight.journeys.asking import Asked
from zhiyin.insight.journeys.document import Stage, Touchpoint
from zhiyin.insight.journeys.measuring import Curve, MeasuredMap, MeasuredPoint
from zhiyin.insight.journeys.wording import PARTS, emotion_words
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording

_SHOWN_PARTS = ("does", "thinks", "says", "front_stage", "back_stage")
_N_NEEDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """One need that voices at the touchpoint show."""

    name: str
    n_met: int
    n_unmet: int
    met_url: str
    unmet_url: str

    @property
    def n(self) -> int:
        """How many voices show it."""
        return self.n_met + self.n_unmet


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """One touchpoint: `url` lists its voices, `value_url` those that the curve rests on.

    `page_url` tells all of it. `praise_url` and `blame_url` are empty where the list of voices cannot ask
    for both at once. `parts` are the filled texts by name; `unknown` names aspects that the taxonomy lacks.
    """

    point: MeasuredPoint
    number: int
    url: str
    value_url: str
    praise_url: str
    blame_url: str
    page_url: str
    value: str
    interval: str
    wanted: str
    wanted_words: str
    gap: str
    parts: tuple[tuple[str, str], ...]
    media: tuple[str, ...]
    owner: str
    needs: tuple[NeedLine, ...]
    unknown: tuple[str, ...]

    @property
    def touchpoint(self) -> Touchpoint:
        """What the map says of it."""
        return self.point.touchpoint

    @property
    def most_shown_needs(self) -> tuple[NeedLine, ...]:
        """The needs that most voices show."""
        return self.needs[:_N_NEEDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLines:
    """A stage with its touchpoints."""

    stage: Stage
    lines: tuple[PointLine, ...]


def list_stages(found: MeasuredMap, *, asked: Asked, query: str) -> list[StageLines]:
    """The stages in order; `query` is what the pages of touchpoints are opened with."""
    channels = channel_names(asked.state.language)
    by_id = {
        point.touchpoint.id: _line(point, number=place + 1, asked=asked, channels=channels, query=query)
        for place, point in enumerate(found.points)
    }
    return [
        StageLines(stage=stage, lines=tuple(by_id[one.id] for one in stage.touchpoints))
        for stage in asked.document.stages
    ]


def format_value(value: float | None, *, curve: Curve) -> str:
    """A value of the curve: +12.3, or 4.25 stars."""
    return numbers.signed(value) if curve is Curve.NET else numbers.plain(value, digits=2)


def format_gap(value: float | None, *, curve: Curve) -> str:
    """A difference of two values of the curve."""
    return numbers.signed(value, digits=1 if curve is Curve.NET else 2)


def _line(
    point: MeasuredPoint, *, number: int, asked: Asked, channels: Mapping[str, str], query: str
) -> PointLine:
    touchpoint, state, curve = point.touchpoint, asked.state, asked.curve
    rows = point.rule.parameters if point.rule else {}
    can_ask = point.rule is not None and not point.rule.has_other_aspects
    low, high = point.value.low, point.value.high
    emotion = touchpoint.wanted_emotion
    return PointLine(
        point=point,
        number=number,
        url=state.url("voices", **rows) if point.rule else "",
        value_url=_value_url(point, asked=asked, rows=rows),
        praise_url=state.url("voices", **rows, polarity="positive") if can_ask else "",
        blame_url=state.url("voices", **rows, polarity="negative") if can_ask else "",
        page_url=reverse("journey_touchpoint", args=[asked.map.pk, touchpoint.id]) + query,
        value=format_value(point.value.value, curve=curve),
        interval=""
        if low is None or high is None
        else f"{format_value(low, curve=curve)} … {format_value(high, curve=curve)}",
        wanted=format_value(point.wanted, curve=curve) if point.wanted is not None else "",
        wanted_words=emotion_words(emotion) if emotion is not None else "",
        gap=format_gap(point.gap, curve=curve) if point.gap is not None else "",
        parts=tuple((str(PARTS[name]), text) for name in _SHOWN_PARTS if (text := getattr(touchpoint, name))),
        media=tuple(channels.get(code, code) for code in touchpoint.media),
        owner=owner_words(touchpoint),
        needs=_needs(point, asked=asked, rows=rows),
        unknown=unknown_aspects(touchpoint, asked=asked),
    )


def _value_url(point: MeasuredPoint, *, asked: Asked, rows: Mapping[str, Sequence[str]]) -> str:
    if point.rule is None:
        return ""
    # Of stars, the rated voices alone.
    rated = {"stars": ("1", "2", "3", "4", "5")} if asked.curve is Curve.STARS else {}
    return asked.state.url("voices", **{**rated, **rows})


def owner_words(touchpoint: Touchpoint) -> str:
    """Who looks after it."""
    return " · ".join(name for name in (touchpoint.owner.name, touchpoint.owner.account) if name)


def unknown_aspects(touchpoint: Touchpoint, *, asked: Asked) -> tuple[str, ...]:
    """Aspects of the map that the taxonomy in use does not have; nothing where it cannot be read."""
    if not asked.tree.nodes:
        return ()
    return tuple(one for one in touchpoint.facts.aspects if asked.tree.find(one) is None)


def belongs_words(touchpoint: Touchpoint, *, asked: Asked) -> list[tuple[str, str]]:
    """Which voices belong to the touchpoint, in words."""
    state, facts = asked.state, touchpoint.facts
    channels, name = channel_names(state.language), wording(state.language).name
    named = (
        (_("Touchpoint"), [name(one) for one in facts.touchpoints]),
        (_("Channel"), [channels.get(one, one) for one in facts.channels]),
        (_("Product"), list(facts.products)),
        (_("Aspect"), [naming.aspect_name(one, language=state.language) for one in facts.aspects]),
        (_("Hour"), [f"{hour}:00–{hour}:59" for hour in facts.hours]),
    )
    return [(label, ", ".join(names)) for label, names in named if names]


def _needs(point: MeasuredPoint, *, asked: Asked, rows: Mapping[str, Sequence[str]]) -> tuple[NeedLine, ...]:
    name, state = wording(asked.state.language).name, asked.state

    def line(need: str, *, n_met: int, n: int) -> NeedLine:
        # A persona may already ask for needs: then its rows are the nearest that can be listed.
        own = {key: value for key, value in rows.items() if key not in {"need", "met"}}
        is_free = len(own) == len(rows)
        return NeedLine(
            name=name(need),
            n_met=n_met,
            n_unmet=n - n_met,
            met_url=state.url("voices", **own, met=need) if is_free else "",
            unmet_url=state.url("voices", **own, need=need) if is_free else "",
        )

    found = [line(need, n_met=met.n_met, n=met.share.n) for need, met in point.needs.items() if met.share.n]
    return tuple(sorted(found, key=lambda one: (-one.n_unmet, -one.n)))
