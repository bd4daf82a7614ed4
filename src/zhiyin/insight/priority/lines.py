"""Problems with their factors: people, harm, reach, effort, place in the order, and the rows behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

from zhiyin.insight.priority.asking import Wish
from zhiyin.insight.priority.assumptions import Assumptions
from zhiyin.insight.priority.efforts import UNJUDGED_DAYS, Effort
from zhiyin.insight.priority.problems import Problem, Problems, Tally
from zhiyin.insight.state import Change, ViewState
from zhiyin.measure.estimate import SMALL_N, Estimate, Estimates, Floats, floats
from zhiyin.measure.harm import severity
from zhiyin.measure.impact import impact
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.priority import Quadrant, RankRange, quadrants, rank, rank_ranges, weights_of
from zhiyin.measure.proportions import proportion
from zhiyin.measure.spread import reach

_STARS = (1.0, 5.0)
_NPS = (-100.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One problem. `people` may be extrapolated; `harm` is that of each, `lost` points of the figure of all.

    `worth` is weight a person-day. `rank` is by the order in use; `hearers_range` and `full_range` are the
    ranks over 9 to 11 hearers, and over all assumptions.
    """

    problem: Problem
    people: Estimate
    share: Estimate
    mean: Estimate
    harm: Estimate
    lost: Estimate
    public_share: float
    reach: float
    weight: Estimate
    worth: float | None
    days: float
    effort: Effort | None
    rank: int
    hearers_range: RankRange
    full_range: RankRange
    quadrant: Quadrant
    wish: Wish | None
    url: str
    urgent_url: str
    detail_url: str

    @property
    def is_small(self) -> bool:
        """Whether few people stand behind it."""
        return self.problem.tally.n < SMALL_N


def make_lines(
    found: Problems,
    *,
    state: ViewState,
    assumed: Assumptions,
    level: int,
    efforts: Mapping[str, Effort],
    wishes: Mapping[str, Wish],
) -> list[Line]:
    """The lines in the wanted order."""
    problems = found.problems
    if not problems:
        return []
    tallies = [one.tally for one in problems]
    shares = proportion([one.n for one in tallies], found.everybody.n)
    people = _people(shares, tallies=tallies, n_voices=found.everybody.n, speaking=assumed.speaking)
    lost = _lost(tallies, everybody=found.everybody)
    means = _means(tallies, assumed=assumed)
    harm = _severity(tallies, means=means) if assumed.harm == "severity" else _each(lost, found=found)
    public = np.array([one.n_public / one.n for one in tallies])
    weight = weights_of(people, harm=harm, public_share=public, model=assumed.spread)
    held = [efforts.get(one.key) for one in problems]
    days = np.array([effort.person_days if effort else UNJUDGED_DAYS for effort in held])
    divisor = days if assumed.order == "worth" else np.ones_like(days)
    tries = {
        "n_people": people.value,
        "harm_each": np.maximum(np.nan_to_num(harm.value), 0.0),
        "public_share": public,
        "person_days": divisor,
    }
    by_hearers = rank_ranges(models=assumed.hearers_tried(), **tries)
    by_all = rank_ranges(models=assumed.all_tried(), **tries)
    places = rank(weight.value / divisor)
    corners = quadrants(weight.value, person_days=days)
    reached = reach(public, model=assumed.spread)
    lines = [
        Line(
            problem=problem,
            people=people[at],
            share=shares[at],
            mean=means[at],
            harm=harm[at],
            lost=lost[at],
            public_share=float(public[at]),
            reach=float(reached[at]),
            weight=weight[at],
            worth=None if np.isnan(weight.value[at]) else float(weight.value[at] / days[at]),
            days=float(days[at]),
            effort=held[at],
            rank=int(places[at]),
            hearers_range=by_hearers[at],
            full_range=by_all[at],
            quadrant=corners[at],
            wish=wishes.get(problem.key),
            url=rows_url(problem, state=state),
            urgent_url=rows_url(problem, state=state, urgency="2"),
            detail_url=detail_url(problem, state=state, assumed=assumed, level=level),
        )
        for at, problem in enumerate(problems)
    ]
    return _sorted(lines, assumed=assumed)


def rows_query(problem: Problem, **changes: Change) -> dict[str, Change]:
    """What narrows the list of voices to the problem's unhappy ones."""
    if problem.node is None:
        return {"q": f'"{problem.phrase}"', "sentiment": "negative", **changes}
    where: dict[str, Change] = {problem.part.kind: problem.part.value} if problem.part else {}
    return {"aspect": problem.node.members, "polarity": "negative", **where, **changes}


def rows_url(problem: Problem, *, state: ViewState, **changes: Change) -> str:
    """The voices of the problem."""
    return state.url("voices", **rows_query(problem, **changes))


def detail_url(problem: Problem, *, state: ViewState, assumed: Assumptions, level: int) -> str:
    """The page with the arithmetic of the problem."""
    address = state.url("priority_problem")
    more = urlencode([("problem", problem.key), ("level", str(level)), *assumed.parameters()])
    return f"{address}{'&' if '?' in address else '?'}{more}"


def _people(shares: Estimates, *, tallies: Sequence[Tally], n_voices: int, speaking: float) -> Estimates:
    """The unhappy: counted, with the interval that their share among the voices has."""
    factor = n_voices / speaking
    counted = floats([one.n for one in tallies]) / speaking
    return Estimates(value=counted, low=shares.low * factor, high=shares.high * factor, n=shares.n)


def _means(tallies: Sequence[Tally], *, assumed: Assumptions) -> Estimates:
    return mean_from_sums(
        [one.total for one in tallies],
        [one.squares for one in tallies],
        [one.n_rated for one in tallies],
        bounds=_NPS if assumed.harm == "nps" else _STARS,
    )


def _severity(tallies: Sequence[Tally], *, means: Estimates) -> Estimates:
    rated = [one.n_rated for one in tallies]
    return Estimates(
        value=severity(means.value, rated),
        # The worse the rating the greater the harm.
        low=severity(means.high, rated),
        high=severity(means.low, rated),
        n=floats(rated),
    )


def _lost(tallies: Sequence[Tally], *, everybody: Tally) -> Estimates:
    """By how many points those who blame it lower the figure of all (negative)."""
    return impact(
        [one.n_rated for one in tallies],
        [one.total for one in tallies],
        [one.squares for one in tallies],
        n=everybody.n_rated,
        total=everybody.total,
        squares=everybody.squares,
    )


def _each(lost: Estimates, *, found: Problems) -> Estimates:
    """Points lost for each who blames it: how much lower they rate than the others; not below 0."""
    rated = floats([one.tally.n_rated for one in found.problems])
    with np.errstate(divide="ignore", invalid="ignore"):
        factor: Floats = found.everybody.n_rated / rated
    return Estimates(
        value=np.maximum(0.0, -lost.value * factor),
        low=np.maximum(0.0, -lost.high * factor),
        high=np.maximum(0.0, -lost.low * factor),
        n=rated,
    )


def _sorted(lines: list[Line], *, assumed: Assumptions) -> list[Line]:
    def heavy(line: Line) -> float:
        return -(line.weight.value or 0.0)

    if assumed.order == "effort":
        return sorted(lines, key=lambda line: (line.days, heavy(line), line.problem.key))
    return sorted(lines, key=lambda line: (line.rank, heavy(line), line.problem.key))
