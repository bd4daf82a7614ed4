"""What the page of priorities is asked for, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.drivers.aspect_groups import list_levels
from zhiyin.insight.drivers.page import Choice, level_name
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.priority.asking import list_wishes
from zhiyin.insight.priority.assumptions import HARMS, ORDERS, Assumptions, read_assumptions
from zhiyin.insight.priority.efforts import list_efforts
from zhiyin.insight.priority.lines import Line, make_lines
from zhiyin.insight.priority.looking import place_of, read_level
from zhiyin.insight.priority.problems import Problems
from zhiyin.insight.priority.wording import HARM_NAMES, ORDER_NAMES, QUADRANT_NAMES
from zhiyin.insight.state import ViewState, read_state
from zhiyin.measure.spread import SpreadModel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# Which opinions are meant is for the problems to say.
_OF_OPINIONS = ("aspect", "polarity", "term", "word", "also")
_DEFAULT_PERIOD = "90d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the page is asked to look at it; `place` says whose problems and efforts are meant."""

    state: ViewState
    assumed: Assumptions
    level: int
    levels: Sequence[int]
    place: str

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The choices of the page, which the form of the period passes on."""
        return [("level", str(self.level)), *self.assumed.parameters()]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """One assumption as a field of the form."""

    name: str
    label: StrPromise
    help: StrPromise
    value: str
    least: str
    most: str
    step: str


def read_asked(request: HttpRequest) -> Asked:
    """What the address asks for; what cannot be read counts as not given."""
    given = request.GET.copy()
    for name in _OF_OPINIONS:
        given.pop(name, None)
    given.setdefault("period", _DEFAULT_PERIOD)
    state = read_state(request, given=given)
    tree = read_aspect_tree(state.language)
    return Asked(
        state=state,
        assumed=read_assumptions(given),
        level=read_level(given, tree=tree),
        levels=list_levels(tree) or [1],
        place=place_of(state),
    )


def list_lines(found: Problems, *, asked: Asked) -> list[Line]:
    """The problems with their factors, in the wanted order."""
    return make_lines(
        found,
        state=asked.state,
        assumed=asked.assumed,
        level=asked.level,
        efforts=list_efforts(asked.place),
        wishes=list_wishes(asked.place),
    )


def list_choices(request: HttpRequest, *, asked: Asked) -> dict[str, list[Choice]]:
    """The choices of the page by what they choose."""

    def choices(
        parameter: str, values: Sequence[tuple[str, str | StrPromise]], *, chosen: str
    ) -> list[Choice]:
        return [
            Choice(
                name=name,
                url=with_parameters(request.GET, **{parameter: value, "now": None}),
                is_chosen=value == chosen,
            )
            for value, name in values
        ]

    return {
        "orders": choices("order", [(one, ORDER_NAMES[one]) for one in ORDERS], chosen=asked.assumed.order),
        "harms": choices("harm", [(one, HARM_NAMES[one]) for one in HARMS], chosen=asked.assumed.harm),
        "levels": choices(
            "level", [(str(one), level_name(one)) for one in asked.levels], chosen=str(asked.level)
        ),
    }


def list_fields(assumed: Assumptions) -> list[NumberField]:
    """The assumptions that can be changed, as the form shows them."""
    spread = assumed.spread
    return [
        NumberField(
            name="hearers",
            label=_("Hearers"),
            help=_("People that one unhappy person tells: 9 to 10 (TARP 1986), often quoted as 11."),
            value=f"{spread.hearers:g}",
            least="0",
            most="100",
            step="0.5",
        ),
        NumberField(
            name="telling",
            label=_("Who tell at all, %"),
            help=_("100: the source counts over all unhappy people; Richins (1983) finds fewer."),
            value=f"{100 * spread.share_telling:g}",
            least="0",
            most="100",
            step="1",
        ),
        NumberField(
            name="onward",
            label=_("Told on at each step, %"),
            help=_("Those who hear it from hearers, for each hearer before. Our assumption, not a finding."),
            value=f"{100 * spread.retelling:g}",
            least="0",
            most="90",
            step="1",
        ),
        NumberField(
            name="steps",
            label=_("Steps counted"),
            help=_("1: only those who hear it from the unhappy person."),
            value=f"{spread.hops}",
            least="1",
            most="6",
            step="1",
        ),
        NumberField(
            name="public",
            label=_("Public voices: times as many hearers"),
            help=_(
                "Reviews, apps, social media against calls, chat and mail. Our assumption, not a finding."
            ),
            value=f"{spread.public_factor:g}",
            least="0",
            most="50",
            step="0.5",
        ),
        NumberField(
            name="speaking",
            label=_("Of the unhappy, who speak to you, %"),
            help=_("100 counts only those who did. Below it people are extrapolated, and the page says so."),
            value=f"{100 * assumed.speaking:g}",
            least="1",
            most="100",
            step="1",
        ),
    ]


def is_usual(assumed: Assumptions) -> bool:
    """Whether nothing of the spread was changed."""
    return assumed.spread == SpreadModel() and not assumed.is_extrapolated


def quadrants_of(lines: Sequence[Line]) -> list[tuple[StrPromise, list[Line]]]:
    """The problems in each of the four corners."""
    return [
        (name, [line for line in lines if line.quadrant == code]) for code, name in QUADRANT_NAMES.items()
    ]
