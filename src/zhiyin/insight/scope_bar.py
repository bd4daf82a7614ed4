"""The bar above the pages of insight: which period, against which, and whose voices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from zhiyin.insight.days import name_span
from zhiyin.insight.periods import CUSTOM, NAMES
from zhiyin.insight.state import ViewState
from zhiyin.insight.unit_choices import UnitChoice, list_unit_choices
from zhiyin.insight.voice_filters import name_segment

_OWN = frozenset({"period", "since", "until", "unit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOption:
    """One period of the list."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeBar:
    """What the bar shows. `kept` are the parameters that its forms pass on, `unit` the chosen one's code.

    `span` and `before` name the days meant, empty where the period is open. `first_day` and `last_day`
    (ISO) fill the two fields for other dates; `all_units` is the address without a unit. `segment` is the
    name of the one that narrows the page, if any, and `everybody` the address without it.
    """

    action: str
    periods: list[PeriodOption]
    units: list[UnitChoice]
    kept: list[tuple[str, str]]
    unit: str
    is_custom: bool
    span: str
    before: str
    first_day: str
    last_day: str
    all_units: str
    segment: str = ""
    everybody: str = ""


def make_scope_bar(state: ViewState, *, action: str, also: Sequence[tuple[str, str]] = ()) -> ScopeBar:
    """The bar of this state; its forms lead to the address `action`. Up to three small queries.

    `also` are choices of the page that are no part of the state, which the forms pass on.
    """
    period = state.period
    span, before = _spans(state)
    last_day = period.last_day or state.now.astimezone(state.zone).date()
    first_day = period.first_day or (period.since.astimezone(state.zone).date() if period.since else last_day)
    return ScopeBar(
        action=action,
        periods=[
            PeriodOption(code=code, name=str(name), is_chosen=code == period.code)
            for code, name in NAMES.items()
            if code != CUSTOM
        ],
        units=list_unit_choices(state.scope, chosen=state.unit),
        kept=[*_pairs(state, (name for name in state.parameters if name not in _OWN)), *also],
        unit=state.unit.code if state.unit else "",
        is_custom=period.code == CUSTOM,
        span=span,
        before=before,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
        all_units=f"{action}?{state.query(unit=None)}",
        segment=next((name_segment(one) for one in state.parameters.get("segment", ())[:1]), ""),
        everybody="?".join(part for part in (action, _without_segment(state, also=also)) if part),
    )


def _without_segment(state: ViewState, *, also: Sequence[tuple[str, str]]) -> str:
    return "&".join(part for part in (state.query(segment=None), urlencode(also)) if part)


def _pairs(state: ViewState, names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, value) for name in names for value in state.parameters.get(name, ()) if value]


def _spans(state: ViewState) -> tuple[str, str]:
    since, until, before = state.filter.since, state.filter.until, state.filter.before_since
    if since is None or until is None:
        return "", ""
    this_year = state.now.astimezone(state.zone).year
    span = name_span(since, until, zone=state.zone, language=state.language, this_year=this_year)
    if before is None:
        return span, ""
    return span, name_span(before, since, zone=state.zone, language=state.language, this_year=this_year)
