"""The figures of a report in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from zhiyin.console.numbers import percent, plain
from zhiyin.insight.unit_kinds import kind_name
from zhiyin.measure.estimate import Estimate
from zhiyin.respond.clocks.words import KIND_NAMES, say_minutes
from zhiyin.respond.reports.edges import Edge
from zhiyin.respond.reports.effort import EffortReport, PersonEffort, UnitEffort
from zhiyin.respond.reports.figures import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure; `low` and `high` are empty where nothing can be said. `hint` is its definition."""

    label: str
    value: str
    low: str
    high: str
    n: int
    hint: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit: hand-overs a case, share kicked about, share reopened."""

    name: str
    n_transfers: int
    per_case: Shown
    kicked: Shown
    reopened: Shown
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRow:
    """From whom to whom, how often, in how many cases, and per case of the report."""

    name: str
    n: int
    n_cases: int
    per_case: Shown
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEffortRow:
    """A unit: how often customers were asked and told again, per case."""

    name: str
    asked: Shown
    told: Shown
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEffortRow:
    """A person: how often they asked again, how often was told again to their cases, and in how many."""

    name: str
    n_asked: int
    n_told: int
    n_cases: int
    href: str


def draw_figures(report: Report, *, effort: EffortReport, rows_url: str) -> Sequence[Shown]:
    """The figures above the tables, each with its definition."""
    return [
        _share(
            report.first_contact,
            label=_("Solved at the first contact"),
            hint=_(
                "Of the cases that ended at least a week ago: one answer, no hand-over, never reopened. "
                "A week, because who is not content comes back."
            ),
            href=f"{rows_url}&rows=first_contact",
        ),
        _rate(
            report.per_case,
            label=_("Hand-overs per case"),
            hint=_("All hand-overs of the cases, less those taken back, by their number."),
            href=f"{rows_url}&rows=transferred",
        ),
        _share(
            report.kicked,
            label=_("Kicked about"),
            hint=_("Of all cases: handed over more than twice."),
            href=f"{rows_url}&rows=kicked",
        ),
        _share(
            report.reopened,
            label=_("Reopened share"),
            hint=_("Of the answered cases: reopened once or more."),
            href=f"{rows_url}&rows=reopened",
        ),
        _share(
            report.answered,
            label=_("Answered share"),
            hint=_("Of all cases of the period: the customer has an answer."),
            href=f"{rows_url}&rows=answered",
        ),
        *_effort(effort, rows_url=rows_url),
        *_times(report, rows_url=rows_url),
    ]


def _effort(effort: EffortReport, *, rows_url: str) -> Sequence[Shown]:
    return [
        _rate(
            effort.asked,
            label=_("Asked again per case"),
            hint=_(
                "What we asked the customer although the case held the answer, each fact once a question, and"
                " what was asked twice within a recorded conversation; by the number of cases."
            ),
            href=f"{rows_url}&rows=asked_again",
        ),
        _rate(
            effort.told,
            label=_("Told again per case"),
            hint=_(
                "What the customer told although the case held it, each fact once a voice or message, and"
                " what was told twice within a conversation; by the number of cases."
            ),
            href=f"{rows_url}&rows=told_again",
        ),
    ]


def draw_unit_effort(units: Sequence[UnitEffort], *, rows_url: str) -> Sequence[UnitEffortRow]:
    """The units whose customers had to say something twice."""
    return [
        UnitEffortRow(
            name=line.name,
            asked=_rate(line.asked, href=f"{url}&rows=asked_again"),
            told=_rate(line.told, href=f"{url}&rows=told_again"),
            href=f"{url}&rows=effort",
        )
        for line in units
        for url in [f"{rows_url}&{urlencode({'unit': line.code, 'only': 1})}"]
    ]


def draw_person_effort(people: Sequence[PersonEffort], *, rows_url: str) -> Sequence[PersonEffortRow]:
    """The people, those with the most first, each with the cases behind it."""
    return [
        PersonEffortRow(
            name=str(line.account),
            n_asked=line.n_asked,
            n_told=line.n_told,
            n_cases=line.n_cases,
            href=f"{rows_url}&rows=effort&who={line.account.pk}",
        )
        for line in people
    ]


def _times(report: Report, *, rows_url: str) -> Sequence[Shown]:
    median, nine = _("The middle one."), _("Nine of ten took no longer.")
    clock = _("Round the clock, from the opening of the case.")
    first, end = f"{rows_url}&rows=answered", f"{rows_url}&rows=all"
    return [
        _time(
            report.first_answer.median, label=_("To the first answer"), hint=f"{median} {clock}", href=first
        ),
        _time(report.first_answer.p90, label=_("To the first answer, nine of ten"), hint=nine, href=first),
        _time(report.solution.median, label=_("To the end"), hint=f"{median} {clock}", href=end),
        _time(report.solution.p90, label=_("To the end, nine of ten"), hint=nine, href=end),
    ]


def draw_clocks(report: Report, *, rows_url: str) -> Sequence[tuple[Shown, int, str]]:
    """Of each kind of clock: the share in time, how many were late, and the late cases."""
    return [
        (
            _share(
                line.share,
                label=str(KIND_NAMES[line.kind]),
                href=f"{rows_url}&rows=in_time_{line.kind}",
            ),
            line.n_late,
            f"{rows_url}&rows=late_{line.kind}",
        )
        for line in report.clocks
    ]


def draw_units(report: Report, *, rows_url: str) -> Sequence[UnitRow]:
    """The units, those with the most hand-overs first."""
    return [
        UnitRow(
            name=line.name,
            n_transfers=line.n_transfers,
            per_case=_rate(line.per_case, href=f"{url}&rows=transferred"),
            kicked=_share(line.kicked, href=f"{url}&rows=kicked"),
            reopened=_share(line.reopened, href=f"{url}&rows=reopened"),
            href=url,
        )
        for line in report.units
        for url in [f"{rows_url}&{urlencode({'unit': line.code, 'only': 1})}"]
    ]


def draw_edges(edges: Sequence[Edge], *, rows_url: str) -> Sequence[EdgeRow]:
    """The edges by the names of the kinds of units, each with the cases behind it."""
    ways = [(edge, f"{edge.from_kind}>{edge.to_kind}") for edge in edges]
    return [
        EdgeRow(
            name=say_edge(way),
            n=edge.n,
            n_cases=edge.n_cases,
            per_case=_rate(edge.per_case),
            href=f"{rows_url}&{urlencode({'rows': 'edge', 'edge': way})}",
        )
        for edge, way in ways
    ]


def say_edge(edge: str) -> str:
    """The way, such as `store>region`, by the names of its kinds of units."""
    return " → ".join(kind_name(kind) for kind in edge.split(">"))


def _share(of: Estimate, *, label: str = "", hint: str = "", href: str = "") -> Shown:
    low, high = (percent(one) if one is not None else "" for one in (of.low, of.high))
    return Shown(label=label, value=percent(of.value), low=low, high=high, n=of.n, hint=hint, href=href)


def _rate(of: Estimate, *, label: str = "", hint: str = "", href: str = "") -> Shown:
    low, high = (plain(one, digits=2) if one is not None else "" for one in (of.low, of.high))
    value = plain(of.value, digits=2)
    return Shown(label=label, value=value, low=low, high=high, n=of.n, hint=hint, href=href)


def _time(of: Estimate, *, label: str, hint: str, href: str) -> Shown:
    value = "–" if of.value is None else _say(of.value)
    low, high = (_say(one) if one is not None else "" for one in (of.low, of.high))
    return Shown(label=label, value=value, low=low, high=high, n=of.n, hint=hint, href=href)


def _say(minutes: float) -> str:
    """In days from two on: nobody reads hundreds of hours."""
    days = minutes / (24 * 60)
    return say_minutes(minutes) if days < 2 else _("%(n)s days") % {"n": plain(days)}
