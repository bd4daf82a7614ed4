"""The reading API of measures."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.measures.contract import (
    Asked,
    Dimension,
    Measure,
    MeasureOptions,
    MeasureResult,
    Step,
    get_measure,
    list_measures,
    read_measure,
)
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.api import answer, unit_ids_of, with_zone
from zhiyin.listen.http.documents import answers_with
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope

router = Router(tags=["insight"])


@router.get("/measures", openapi_extra=answers_with(list[Measure]), summary="List measures")
@requires(Permission.SUMMARY_READ)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every measure with its definition, formula and source, in the language of the request."""
    return answer(list_measures())


class MeasureQuery(Schema):
    """Which facts, cut how, and what the measure lets one set. Lists are given by repeating them."""

    since: datetime | None = Field(None, description="At or after this time; Beijing's without a zone.")
    until: datetime | None = Field(None, description="Before this time.")
    unit: str | None = Field(None, description="Code of a unit; those below it count too.")
    channel: list[str] = Field([], description="Codes of channels.")
    source: list[str] = Field([], description="Names of sources.")
    product: list[str] = Field([], description="Products.")
    touchpoint: list[str] = Field([], description="Touchpoints.")
    aspect: list[str] = Field([], description="Ids of aspects.")
    by: Dimension | None = Field(None, description="One of the measure's dimensions.")
    over_time: bool = Field(False, description="Points over time too.")
    step: Step | None = Field(None, description="How long a point is; fitting if not given.")
    target_hours: float = Field(24.0, gt=0, le=10_000, description="Time in which to answer.")
    top_boxes: int = Field(2, ge=1, le=4, description="Boxes of 5 that count as satisfied.")
    seven_is: Literal["easy", "hard"] = Field("easy", description="What an answer of 7 of 7 means.")
    repeat_days: int = Field(30, ge=1, le=365, description="A second contact within undoes the first.")
    long_minutes: float = Field(10.0, gt=0, le=10_000, description="Longer waits are long.")


@router.get("/measures/{code}", openapi_extra=answers_with(MeasureResult), summary="Read a measure")
@requires(Permission.SUMMARY_READ)
def read(request: HttpRequest, code: str, wanted: Query[MeasureQuery]) -> HttpResponse:
    """The measure with interval, n and change against the period before, by groups and over time."""
    get_measure(code)
    asked = Asked(
        scope=scope_of(request),
        filter=_filter(wanted, scope=scope_of(request)),
        zone=timezone.get_default_timezone(),
        now=timezone.now(),
        language=page_language(),
    )
    found = read_measure(
        code,
        asked=asked,
        by=wanted.by,
        over_time=wanted.over_time,
        step=wanted.step,
        options=_options(wanted),
    )
    return answer(found)


def _filter(wanted: MeasureQuery, *, scope: Scope) -> VoiceFilter:
    return VoiceFilter(
        since=with_zone(wanted.since),
        until=with_zone(wanted.until),
        unit_ids=unit_ids_of(wanted.unit, scope=scope),
        channels=frozenset(wanted.channel),
        sources=frozenset(wanted.source),
        products=frozenset(wanted.product),
        touchpoints=frozenset(wanted.touchpoint),
        aspects=frozenset(wanted.aspect),
    )


def _options(wanted: MeasureQuery) -> MeasureOptions:
    return MeasureOptions(
        target_hours=wanted.target_hours,
        top_boxes=wanted.top_boxes,
        is_seven_easy=wanted.seven_is == "easy",
        repeat_days=wanted.repeat_days,
        long_minutes=wanted.long_minutes,
    )
