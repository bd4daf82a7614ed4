"""What a page of a measure is asked for: grouping, steps of time, and what the measure lets one set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.headings import with_parameters
from zhiyin.insight.measures.contract import (
    DEFAULT_OPTIONS,
    UNIT_LEVELS,
    Dimension,
    Measure,
    MeasureOptions,
    Point,
    Step,
)
from zhiyin.insight.state import ViewState, read_state

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

DIMENSION_NAMES: Mapping[Dimension, StrPromise] = {
    Dimension.UNIT: _("Next level"),
    Dimension.REGION: _("Regions"),
    Dimension.CITY: _("Cities"),
    Dimension.STORE: _("Stores"),
    Dimension.CHANNEL: _("Channel"),
    Dimension.SOURCE: _("Source"),
    Dimension.PRODUCT: _("Product"),
    Dimension.TOUCHPOINT: _("Touchpoint"),
    Dimension.ASPECT: _("Aspect"),
}
_UNIT = _("Unit")
_STEP_NAMES: Mapping[Step, StrPromise] = {
    "day": _("By day"),
    "week": _("By week"),
    "month": _("By month"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that may be set: the parameter of the address, its values, and their words."""

    parameter: str
    values: tuple[str, ...]
    default: str
    name: StrPromise
    words: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One chip."""

    name: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """Chips of one kind."""

    name: str
    choices: tuple[Choice, ...]


def _number_of(text: StrPromise) -> Callable[[str], str]:
    return lambda value: str(text) % {"n": value}


_HOURS = Setting(
    parameter="hours",
    values=("1", "4", "24", "48", "72"),
    default="24",
    name=_("In time means"),
    words=_number_of(_("%(n)s h")),
)
_BOXES = Setting(
    parameter="boxes",
    values=("1", "2", "3"),
    default="2",
    name=_("Satisfied means"),
    words=_number_of(_("top %(n)s of 5")),
)
_DAYS = Setting(
    parameter="days",
    values=("7", "14", "30"),
    default="30",
    name=_("Comes back within"),
    words=_number_of(_("%(n)s days")),
)
_MINUTES = Setting(
    parameter="minutes",
    values=("5", "10", "20", "30"),
    default="10",
    name=_("Long means over"),
    words=_number_of(_("%(n)s minutes")),
)
_EASY_NAMES = {"easy": _("easy"), "hard": _("hard")}
_SEVEN = Setting(
    parameter="seven",
    values=("easy", "hard"),
    default="easy",
    name=_("An answer of 7 means"),
    words=lambda value: str(_EASY_NAMES[value]),
)
SETTINGS: Mapping[str, Setting] = {
    "answered_in_target": _HOURS,
    "csat": _BOXES,
    "first_contact_resolution": _DAYS,
    "contact_long_wait": _MINUTES,
    "told_long_wait": _MINUTES,
    "ces": _SEVEN,
    "easy_share": _SEVEN,
}
_WEEK = 7
_PARAMETERS = ("by", "step", "hours", "boxes", "days", "minutes", "seven")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for."""

    state: ViewState
    by: Dimension | None
    step: Step | None
    options: MeasureOptions
    kept: tuple[tuple[str, str], ...]


def read_asked(request: HttpRequest, *, measure: Measure) -> Asked:
    """What the address names; what cannot be read counts as not given."""
    given = request.GET
    by = next((one for one in measure.dimensions if one.value == given.get("by")), None)
    step = given.get("step", "")
    return Asked(
        state=read_state(request),
        by=by or next(iter(measure.dimensions), None),
        step=cast(Step, step) if step in get_args(Step) else None,
        options=read_options(given),
        kept=tuple((name, given[name]) for name in _PARAMETERS if given.get(name)),
    )


def group_heading(dimension: Dimension) -> str:
    """What stands above the names of the groups."""
    return str(_UNIT if dimension in UNIT_LEVELS else DIMENSION_NAMES[dimension])


def read_options(given: QueryDict) -> MeasureOptions:
    """The options that the address sets; the usual ones where it does not."""
    return MeasureOptions(
        target_hours=float(_chosen(given, _HOURS)),
        top_boxes=int(_chosen(given, _BOXES)),
        is_seven_easy=_chosen(given, _SEVEN) == "easy",
        excellent_stars=DEFAULT_OPTIONS.excellent_stars,
        repeat_days=int(_chosen(given, _DAYS)),
        long_minutes=float(_chosen(given, _MINUTES)),
    )


def _chosen(given: QueryDict, setting: Setting) -> str:
    value = given.get(setting.parameter, "")
    return value if value in setting.values else setting.default


def list_settings(request: HttpRequest, *, measure: Measure) -> Sequence[ChoiceRow]:
    """What may be set about the measure."""
    setting = SETTINGS.get(measure.code)
    if setting is None:
        return []
    chosen = _chosen(request.GET, setting)
    return [
        ChoiceRow(
            name=str(setting.name),
            choices=tuple(
                Choice(
                    name=setting.words(value),
                    url=with_parameters(request.GET, **{setting.parameter: value}),
                    is_chosen=value == chosen,
                )
                for value in setting.values
            ),
        )
    ]


def list_dimensions(request: HttpRequest, *, measure: Measure, asked: Asked) -> tuple[Choice, ...]:
    """What the measure may be grouped by."""
    return tuple(
        Choice(
            name=str(DIMENSION_NAMES[one]),
            url=with_parameters(request.GET, by=one.value),
            is_chosen=one is asked.by,
        )
        for one in measure.dimensions
    )


def list_steps(request: HttpRequest, *, asked: Asked, points: Sequence[Point]) -> tuple[Choice, ...]:
    """How long one point of the trend is; without a choice as the points are."""
    n_days = max(((one.last_day - one.first_day).days + 1 for one in points), default=1)
    used: Step = asked.step or ("day" if n_days == 1 else "week" if n_days <= _WEEK else "month")
    return tuple(
        Choice(name=str(name), url=with_parameters(request.GET, step=step), is_chosen=step == used)
        for step, name in _STEP_NAMES.items()
    )
