"""How each measure is counted and worked out: which sums over which facts, and the formula over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from zhiyin.insight.measures.formulas import (
    Formula,
    ease,
    easy_share,
    excellent,
    mean_of,
    median_of,
    net,
    nps,
    rate_of,
    share,
    volume,
)
from zhiyin.insight.queries.overview import STARS_RANGE


class Facts(StrEnum):
    """What a statement goes over; each is `sql/measure_<name>.sql`.

    `HEARD`: all voices, whatever the filter wants of their opinions. `ANSWERED` by the time of the voice,
    `GIVEN` by the time of the answer.
    """

    VOICES = "voices"
    HEARD = "heard"
    TOLD = "told"
    MENTIONS = "mentions"
    SPEAKERS = "speakers"
    ANSWERED = "answered"
    GIVEN = "given"
    CONTACTS = "contacts"
    ISSUES = "issues"
    CASES = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sums by name over one kind of facts; `value` tells values apart, which the formula then gets.

    `only`: a condition that every sum has; rows without it need not be read.
    """

    facts: Facts
    sums: Mapping[str, str]
    value: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One measure. `rows` narrows the list of `page` to what is behind it; no page, no link."""

    parts: tuple[Part, ...]
    formula: Formula
    page: str = "voices"
    rows: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def _recipe(*parts: Part, formula: Formula, page: str = "voices", **rows: str | tuple[str, ...]) -> Recipe:
    return Recipe(parts=parts, formula=formula, page=page, rows=rows)


def _part(facts: Facts, value: str = "", only: str = "", **sums: str) -> Part:
    return Part(facts=facts, sums=sums, value=value, only=only)


def _if(condition: str) -> str:
    return f"count(CASE WHEN {condition} THEN 1 END)"


def _mean(facts: Facts, value: str, *, when: str = "") -> Part:
    """What a mean needs; sums are of floats, so that squares do not overflow."""
    known = f"CAST({f'CASE WHEN {when} THEN {value} END' if when else value} AS DOUBLE)"
    return _part(
        facts,
        only=when or f"{value} IS NOT NULL",
        n=f"count({known})",
        total=f"sum({known})",
        squares=f"sum({known} * {known})",
    )


_IS_NPS = "rating_scale = 10 AND rating BETWEEN 0 AND 10"
_IS_CSAT = "rating_scale = 5 AND rating BETWEEN 1 AND 5"
_IS_CES = "rating_scale = 7 AND rating BETWEEN 1 AND 7"
_IS_TIMED = "(waiting_s + travelling_s + arriving_s + served_s) IS NOT NULL"
_MINUTES_TO_ANSWER = "CAST(floor((epoch_us(replied_at) - epoch_us(occurred_at)) / 60000000.0) AS BIGINT)"


def _told(kind: str) -> Recipe:
    return _recipe(
        _part(Facts.VOICES, n="count(*)"),
        _part(Facts.TOLD, n_with=_if(f"list_contains(kinds, '{kind}')")),
        formula=share,
        signal=kind,
    )


def _service(column: str) -> Recipe:
    return _recipe(
        _mean(Facts.CONTACTS, f"({column}) / 60.0", when=_IS_TIMED),
        formula=mean_of((0.0, np.inf)),
        page="",
    )


def _contact_mean(column: str) -> Recipe:
    return _recipe(_mean(Facts.CONTACTS, column), formula=mean_of((0.0, np.inf)), page="")


RECIPES: Mapping[str, Recipe] = {
    "volume": _recipe(_part(Facts.VOICES, n="count(*)"), formula=volume),
    "rating": _recipe(
        _mean(Facts.VOICES, "stars"), formula=mean_of(STARS_RANGE), stars=("1", "2", "3", "4", "5")
    ),
    "excellent_units": _recipe(
        _part(Facts.VOICES, value="unit_id", n="count(stars)", total="sum(stars)"),
        formula=excellent,
        page="units",
    ),
    "net_sentiment": _recipe(
        _part(
            Facts.MENTIONS,
            n="count(*)",
            n_positive=_if("polarity = 'positive'"),
            n_negative=_if("polarity = 'negative'"),
        ),
        _part(Facts.VOICES, n_judged="count(sentiment)"),
        formula=net,
    ),
    "mentions_per_100": _recipe(
        _part(Facts.HEARD, n="count(*)"),
        _part(Facts.SPEAKERS, total="sum(n_said)", squares="sum(n_said * n_said)"),
        formula=mean_of((0.0, np.inf), per=100.0),
    ),
    "blaming_share": _recipe(
        _part(Facts.HEARD, n="count(*)"),
        _part(Facts.SPEAKERS, n_with=_if("n_negative > 0")),
        formula=share,
        polarity="negative",
    ),
    "nps": _recipe(
        _part(
            Facts.VOICES,
            only=_IS_NPS,
            n=_if(_IS_NPS),
            n_for=_if(f"{_IS_NPS} AND rating >= 9"),
            n_against=_if(f"{_IS_NPS} AND rating <= 6"),
        ),
        formula=nps,
        scale="10",
    ),
    "csat": _recipe(
        _part(
            Facts.VOICES,
            only=_IS_CSAT,
            n=_if(_IS_CSAT),
            n_with=_if(f"{_IS_CSAT} AND rating > 5 - $top_boxes"),
        ),
        formula=share,
        stars=("4", "5"),
    ),
    "ces": _recipe(_mean(Facts.VOICES, "rating", when=_IS_CES), formula=ease),
    "easy_share": _recipe(
        _part(
            Facts.VOICES,
            only=_IS_CES,
            n=_if(_IS_CES),
            n_high=_if(f"{_IS_CES} AND rating >= 5"),
            n_low=_if(f"{_IS_CES} AND rating <= 3"),
        ),
        formula=easy_share,
    ),
    "answer_share": _recipe(
        _part(Facts.VOICES, n="count(*)"),
        _part(Facts.ANSWERED, n_with="count(*)"),
        formula=share,
        answered="yes",
    ),
    "answers_given": _recipe(_part(Facts.GIVEN, n="count(*)"), formula=volume, page=""),
    "answers_per_100": _recipe(
        _part(Facts.VOICES, n="count(*)"), _part(Facts.GIVEN, n_events="count(*)"), formula=rate_of, page=""
    ),
    "time_to_answer": _recipe(
        _part(Facts.ANSWERED, value=_MINUTES_TO_ANSWER, n=_if("replied_at >= occurred_at")),
        formula=median_of(1 / 60),
        answered="yes",
    ),
    "answered_in_target": _recipe(
        _part(Facts.VOICES, n=_if("occurred_at < $ripe")),
        _part(Facts.ANSWERED, n_with=_if(f"occurred_at < $ripe AND {_MINUTES_TO_ANSWER} < $target_minutes")),
        formula=share,
        answered="yes",
    ),
    "first_contact_resolution": _recipe(
        _part(Facts.ISSUES, n=_if("is_resolved IS NOT NULL"), n_with=_if("is_resolved AND n_contacts = 1")),
        formula=share,
        page="",
    ),
    "first_owner_resolution": _recipe(
        _part(Facts.CASES, n="count(*)", n_with=_if("n_transfers = 0 AND n_reopened = 0")),
        formula=share,
        page="cases",
    ),
    "time_to_solve": _recipe(
        _part(Facts.CASES, value="minutes", n="count(*)"), formula=median_of(1 / 60), page="cases"
    ),
    "reopened_share": _recipe(
        _part(Facts.CASES, n="count(*)", n_with=_if("n_reopened > 0")), formula=share, page="cases"
    ),
    "contact_adverts": _contact_mean("n_adverts"),
    "contact_prompts": _contact_mean("n_prompts"),
    "contact_wait": _recipe(
        _part(Facts.CONTACTS, value="floor(waited_s)", n="count(waited_s)"),
        formula=median_of(1 / 60),
        page="",
    ),
    "contact_long_wait": _recipe(
        _part(Facts.CONTACTS, n="count(waited_s)", n_with=_if("waited_s > 60 * $long_minutes")),
        formula=share,
        page="",
    ),
    "contact_transfers": _contact_mean("n_transfers"),
    "contact_times_told": _contact_mean("n_told"),
    "told_wait": _recipe(
        _part(Facts.TOLD, value="waited", n="count(waited)"), formula=median_of(1.0), signal="waited"
    ),
    "told_long_wait": _recipe(
        _part(Facts.VOICES, n="count(*)"),
        _part(Facts.TOLD, n_with=_if("waited > $long_minutes")),
        formula=share,
        signal="waited",
    ),
    "told_sent_around": _told("sent_around"),
    "told_again": _told("told_again"),
    "told_no_person": _told("no_way_to_person"),
    "service_time": _service("waiting_s + travelling_s + arriving_s + served_s"),
    "service_waiting": _service("waiting_s"),
    "service_travelling": _service("travelling_s"),
    "service_arriving": _service("arriving_s"),
    "service_served": _service("served_s"),
}
