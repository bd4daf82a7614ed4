"""The arithmetic of a problem, line by line: each factor with its interval, its n and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.numbers import Language
from zhiyin.insight.priority.lines import Line, rows_url
from zhiyin.insight.priority.page import Asked
from zhiyin.insight.priority.problems import Problems
from zhiyin.insight.priority.wording import HARM_NAMES
from zhiyin.measure.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the reckoning; `sign` stands before it (×, =, ÷), `how` says where it comes from."""

    sign: str
    name: str
    value: str
    interval: str
    n: str
    how: str
    url: str = ""


def list_steps(line: Line, *, found: Problems, asked: Asked) -> list[Step]:
    """People, harm, reach, weight, work, and what a day of it is worth."""
    language = asked.state.language
    return [
        *_people(line, found=found, asked=asked),
        _harm(line, asked=asked),
        _reach(line, asked=asked),
        Step(
            sign="=",
            name=_("Weight"),
            value=_count(line.weight.value, language),
            interval=_range(line.weight, language=language),
            n="",
            how=_("People × harm × reach. The ends are those of people and harm together (at least 90 %)."),
        ),
        _work(line),
        Step(
            sign="=",
            name=_("Weight a person-day"),
            value=_count(line.worth, language),
            interval="",
            n="",
            how=_("What the list is ordered by, unless it is told otherwise."),
        ),
    ]


def _people(line: Line, *, found: Problems, asked: Asked) -> Sequence[Step]:
    tally, language = line.problem.tally, asked.state.language
    heard = Step(
        sign="",
        name=_("Unhappy voices"),
        value=_count(tally.n, language),
        interval="",
        n=_count(found.everybody.n, language),
        how=_("Counted, each voice once: %(share)s of all (%(low)s to %(high)s).")
        % {
            "share": numbers.percent(line.share.value),
            "low": numbers.percent(line.share.low),
            "high": numbers.percent(line.share.high),
        },
        url=line.url,
    )
    how = _("As many as spoke: nobody is added who did not.")
    if asked.assumed.is_extrapolated:
        how = _("Extrapolated as you said: %(percent)s of the unhappy speak.") % {
            "percent": numbers.percent(asked.assumed.speaking)
        }
    people = Step(
        sign="=",
        name=_("People affected"),
        value=_count(line.people.value, language),
        interval=_range(line.people, language=language),
        n="",
        how=how,
    )
    return heard, people


def _harm(line: Line, *, asked: Asked) -> Step:
    harm, tally = asked.assumed.harm, line.problem.tally
    if harm == "severity":
        how = _("%(mean)s stars on average: 0 is five stars from all, 1 one star; few count towards 0.5.") % {
            "mean": _decimal(line.mean.value)
        }
    elif harm == "stars":
        how = _("So many stars lower than the others they rate; the figure of all loses %(lost)s by it.") % {
            "lost": numbers.signed(line.lost.value, digits=3)
        }
    else:
        how = _("So many points of NPS lower than the others; the figure of all loses %(lost)s by it.") % {
            "lost": numbers.signed(line.lost.value, digits=2)
        }
    rated: dict[str, str | tuple[str, ...]] = (
        {"scale": "10"} if harm == "nps" else {"stars": ("1", "2", "3", "4", "5")}
    )
    return Step(
        sign="×",
        name=_("Harm for each: %(how)s") % {"how": HARM_NAMES[harm]},
        value=_decimal(line.harm.value),
        interval=_range(line.harm, digits=2),
        n=_count(tally.n_rated, asked.state.language),
        how=how,
        url=rows_url(line.problem, state=asked.state, **rated),
    )


def _reach(line: Line, *, asked: Asked) -> Step:
    spread = asked.assumed.spread
    return Step(
        sign="×",
        name=_("Reach: people concerned for each"),
        value=_decimal(line.reach, digits=1),
        interval="",
        n=_("%(n)s public") % {"n": _count(line.problem.tally.n_public, asked.state.language)},
        how=_(
            "1 + %(telling)s tell × %(hearers)s hear × %(chain)s on × (%(private)s + %(public)s × %(factor)s)"
        )
        % {
            "telling": numbers.percent(spread.share_telling),
            "hearers": f"{spread.hearers:g}",
            "chain": f"{spread.chain:.3g}",
            "private": numbers.percent(1 - line.public_share),
            "public": numbers.percent(line.public_share),
            "factor": f"{spread.public_factor:g}",
        },
    )


def _work(line: Line) -> Step:
    if line.effort is None:
        how = _("Nobody has judged it yet: it counts as medium.")
    else:
        how = _("Judged by %(who)s on %(day)s.") % {
            "who": line.effort.by or "–",
            "day": line.effort.at.date().isoformat(),
        }
    return Step(sign="÷", name=_("Work in person-days"), value=f"{line.days:g}", interval="", n="", how=how)


def _count(value: float | None, language: Language) -> str:
    return "–" if value is None else numbers.count(value, language=language)


def _decimal(value: float | None, *, digits: int = 2) -> str:
    return numbers.plain(value, digits=digits)


def _range(estimate: Estimate, *, language: Language = "en", digits: int | None = None) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    if digits is None:
        return f"{_count(estimate.low, language)} – {_count(estimate.high, language)}"
    return f"{_decimal(estimate.low, digits=digits)} – {_decimal(estimate.high, digits=digits)}"
