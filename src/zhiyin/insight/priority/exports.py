"""The list of problems as a table for files."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.priority.assumptions import Assumptions
from zhiyin.insight.priority.lines import Line
from zhiyin.insight.priority.wording import HARM_NAMES, QUADRANT_NAMES, problem_kind, problem_name
from zhiyin.measure.estimate import Estimate

Table = tuple[list[str], list[list[Cell]]]


def priority_rows(lines: Sequence[Line], *, assumed: Assumptions) -> Table:
    """One row a problem in the order of the page, with every factor."""
    columns = [
        *(_("Rank"), _("Problem"), _("Kind"), _("Unhappy voices"), _("Urgent")),
        *_with_ends(_("People affected")),
        *_with_ends(_("Harm for each")),
        *(_("Harm measured by"), _("Ratings"), _("Share in public"), _("People concerned for each")),
        *_with_ends(_("Weight")),
        *(_("Work in person-days"), _("Judged by"), _("Judged at"), _("Weight a person-day")),
        *(_("Quadrant"), _("Best rank, 9 to 11 hearers"), _("Worst rank, 9 to 11 hearers")),
        *(_("Best rank, all assumptions"), _("Worst rank, all assumptions")),
        *(*_with_ends(_("All voices: points lost by blame")), _("Improvement asked for")),
    ]
    return columns, [_row(line, assumed=assumed) for line in lines]


def _row(line: Line, *, assumed: Assumptions) -> list[Cell]:
    tally, effort = line.problem.tally, line.effort
    return [
        *(line.rank, problem_name(line.problem), problem_kind(line.problem), tally.n, tally.n_urgent),
        *_ends(line.people),
        *_ends(line.harm),
        *(str(HARM_NAMES[assumed.harm]), tally.n_rated, line.public_share, line.reach),
        *_ends(line.weight),
        *(effort.person_days if effort else None, effort.by if effort else None),
        *(effort.at.isoformat(timespec="minutes") if effort else None, line.worth),
        str(QUADRANT_NAMES[line.quadrant]),
        *(line.hearers_range.best, line.hearers_range.worst, line.full_range.best, line.full_range.worst),
        *_ends(line.lost),
        line.wish.at.isoformat(timespec="minutes") if line.wish else None,
    ]


def _with_ends(name: str) -> list[str]:
    return [name, _("%(name)s, low") % {"name": name}, _("%(name)s, high") % {"name": name}]


def _ends(estimate: Estimate) -> list[float | None]:
    return [estimate.value, estimate.low, estimate.high]
