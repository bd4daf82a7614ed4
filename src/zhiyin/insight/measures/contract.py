"""The contract of the catalogue of measures: what a measure says of itself, and what reading it gives.

Codes, which stay: `volume rating excellent_units net_sentiment mentions_per_100 blaming_share nps csat ces
easy_share answer_share answers_given answers_per_100 time_to_answer answered_in_target
first_contact_resolution first_owner_resolution time_to_solve reopened_share contact_adverts
contact_prompts contact_wait contact_long_wait contact_transfers contact_times_told told_wait
told_long_wait told_sent_around told_again told_no_person service_time service_waiting
service_travelling service_arriving service_served`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import duckdb
import msgspec

from zhiyin.console.numbers import Language
from zhiyin.errors import InvalidInput
from zhiyin.insight.board import Figure
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.state import ViewState
from zhiyin.people.scope import Scope

if TYPE_CHECKING:
    from zhiyin.insight.measures.catalogue import Catalogue

MeasureUnit = Literal["count", "stars", "share", "points", "score", "per_100", "minutes", "hours", "times"]
"""How a value is written: a share is 0 to 1, `points` −100 to 100, a `score` 1 to 7, `times` a mean count."""

Missing = Literal["", "no_table", "no_rows", "filter"]
"""Why there is no value: the table is not there, it holds nothing, or it knows nothing of the filter."""

Step = Literal["day", "week", "month"]


class Dimension(StrEnum):
    """What a measure may be grouped by. `UNIT`: the next level below the chosen unit."""

    UNIT = "unit"
    REGION = "region"
    CITY = "city"
    STORE = "store"
    CHANNEL = "channel"
    SOURCE = "source"
    PRODUCT = "product"
    TOUCHPOINT = "touchpoint"
    ASPECT = "aspect"


UNIT_LEVELS = frozenset({Dimension.UNIT, Dimension.REGION, Dimension.CITY, Dimension.STORE})


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure, its words in one language.

    `is_good_up` is None where neither way is good by itself. A change of a measure with
    `is_change_relative` is a part of what was before (0.25 is a quarter more), else in its own unit.
    `beside` names measures that define the same thing otherwise: show them side by side.
    """

    code: str
    group: str
    group_name: str
    name: str
    question: str
    definition: str
    formula: str
    source: str
    small_samples: str
    unit: MeasureUnit
    is_good_up: bool | None
    is_change_relative: bool
    dimensions: tuple[Dimension, ...]
    beside: tuple[str, ...] = ()


class MeasureOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What may be set. `target_hours` to answer; `top_boxes` of CSAT; whether 7 is easy on a scale to 7.

    `excellent_stars` is the mean rating that a unit must reach, with at least `unit_ratings` ratings;
    `repeat_days` the time in which a second contact of one issue undoes the first; waits of more than
    `long_minutes` are long.
    """

    target_hours: float = 24.0
    top_boxes: int = 2
    is_seven_easy: bool = True
    excellent_stars: float = 4.8
    unit_ratings: int = 10
    repeat_days: int = 30
    long_minutes: float = 10.0


DEFAULT_OPTIONS = MeasureOptions()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The figure of one group; `href` opens the rows behind it, empty where they have no page."""

    key: str
    name: str
    figure: Figure
    href: str = ""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The figure of the days from `first_day` to `last_day`, both within; `href` as of a `Group`."""

    first_day: date
    last_day: date
    figure: Figure
    href: str = ""


class MeasureResult(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as it stands: the total with its change, groups by the dimension, points over time.

    `groups` come best first where one way is good, else the largest first; those of fewer than 30 stand
    after the others. `missing` says why there is no value.
    """

    measure: Measure
    total: Figure
    groups: tuple[Group, ...] = ()
    points: tuple[Point, ...] = ()
    href: str = ""
    missing: Missing = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An asker without a page: groups carry no addresses."""

    scope: Scope
    filter: VoiceFilter
    zone: ZoneInfo
    now: datetime
    language: Language = "zh"


Asker = ViewState | Asked
"""Whose facts and which; with a `ViewState` figures carry the addresses of their rows."""


def list_measures(language: Language | None = None) -> list[Measure]:
    """Every measure in the order of the catalogue; words in the language, the active one if None."""
    return list(_catalogue().measures(language))


def get_measure(code: str, language: Language | None = None) -> Measure:
    """The measure of this code.

    Raises:
        NotFound: there is none.
    """
    return _catalogue().get(code, language)


def read_measure(
    code: str,
    *,
    asked: Asker,
    by: Dimension | str | None = None,
    over_time: bool = False,
    step: Step | None = None,
    options: MeasureOptions = DEFAULT_OPTIONS,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> MeasureResult:
    """The measure for the asker's scope, filter and period, against the period before.

    `asked` is a `ViewState` (then groups carry the addresses of their rows) or an `Asked`. `step`: points
    by day up to three months, by week up to two years, else by month, where it is None. Give a
    `connection` that has the tables, or one is opened. One statement for total, groups and points each.

    Raises:
        NotFound: no such measure.
        InvalidInput: the measure cannot be grouped by this.
    """
    return read_measures(
        [code], asked=asked, by=by, over_time=over_time, step=step, options=options, connection=connection
    )[0]


def read_measures(
    codes: Iterable[str],
    *,
    asked: Asker,
    by: Dimension | str | None = None,
    over_time: bool = False,
    step: Step | None = None,
    options: MeasureOptions = DEFAULT_OPTIONS,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> list[MeasureResult]:
    """As `read_measure` for several at once, in their order: those of one kind of fact share a statement."""
    from zhiyin.insight.measures.reading import read_all

    return read_all(
        list(codes),
        asked=asked,
        by=_dimension(by),
        over_time=over_time,
        step=step,
        options=options,
        connection=connection,
    )


def _dimension(by: Dimension | str | None) -> Dimension | None:
    try:
        return None if by is None else Dimension(by)
    except ValueError:
        raise InvalidInput(
            f"'{by}' is nothing that measures are grouped by.",
            next_step=f"Use one of: {', '.join(Dimension)}.",
            field="by",
        ) from None


def _catalogue() -> Catalogue:
    from zhiyin.insight.measures.catalogue import read_catalogue

    return read_catalogue()
