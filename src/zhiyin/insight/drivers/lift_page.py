"""Lifts as the page shows them, with names and the voices behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.insight.drivers.lift import Lift, Lifts, hours_of
from zhiyin.insight.state import ViewState
from zhiyin.insight.wording import wording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

DAY_PART_NAMES: Mapping[str, StrPromise] = {
    "morning": _("Morning (6 to 11)"),
    "noon": _("Noon (11 to 14)"),
    "afternoon": _("Afternoon (14 to 17)"),
    "evening": _("Evening (17 to 21)"),
    "night": _("Night (21 to 6)"),
}
KIND_NAMES: Mapping[str, StrPromise] = {
    "product": _("Product"),
    "touchpoint": _("Touchpoint"),
    "hours": _("Time of day"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLine:
    """One lift; `url` opens the blame, `all_url` all voices with this value."""

    lift: Lift
    kind: str
    name: str
    url: str
    all_url: str


def list_lift_lines(found: Lifts, *, state: ViewState) -> list[LiftLine]:
    """The lines in the order of the lifts."""
    return [_line(lift, state=state) for lift in found.lifts]


def _line(lift: Lift, *, state: ViewState) -> LiftLine:
    if lift.kind == "hours":
        where: dict[str, str | list[str]] = {"hour": [str(hour) for hour in hours_of(lift.value)]}
    else:
        where = {lift.kind: lift.value}
    return LiftLine(
        lift=lift,
        kind=str(KIND_NAMES[lift.kind]),
        name=value_name(lift, state=state),
        url=state.url("voices", aspect=lift.node.members, polarity="negative", **where),
        all_url=state.url("voices", **where),
    )


def value_name(lift: Lift, *, state: ViewState) -> str:
    """What people call the value."""
    if lift.kind == "hours":
        return str(DAY_PART_NAMES[lift.value])
    return wording(state.language).name(lift.value) if lift.kind == "touchpoint" else lift.value
