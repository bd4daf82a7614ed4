"""Looks for the problems of a page's state, and remembers them for a minute."""

from __future__ import annotations

from contextlib import closing
from hashlib import blake2b

import duckdb
from django.http import QueryDict
from django.utils.translation import gettext as _

from zhiyin.insight.aspect_tree import AspectTree, read_aspect_tree
from zhiyin.insight.drivers.aspect_groups import list_levels
from zhiyin.insight.drivers.facts import Outcome
from zhiyin.insight.priority.assumptions import Assumptions
from zhiyin.insight.priority.facts import Blame, count_blame, tally_topic
from zhiyin.insight.priority.parts import CAUSE_APART as APART
from zhiyin.insight.priority.parts import find_parts
from zhiyin.insight.priority.problems import FEWEST, Problem, Problems
from zhiyin.insight.queries.unit_tree import read_unit_tree
from zhiyin.insight.remembering import find_remembered, remembered
from zhiyin.insight.state import ViewState
from zhiyin.insight.topics.job import find_report
from zhiyin.insight.views.aspects import open_facts
from zhiyin.insight.wording import wording
from zhiyin.listen.queries import list_channels

MOST_TOPICS = 6
# Where nearly all of the blame gathers at one place, the problem is told with the place alone.
_WHOLE = 0.9
_NAME = "problems"
_DEFAULT_LEVEL = 2


def read_level(given: QueryDict, *, tree: AspectTree) -> int:
    """The level of the tree that the address wants, the second one else."""
    levels = list_levels(tree) or [1]
    wanted = given.get("level", "")
    level = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 3 else _DEFAULT_LEVEL
    return min(max(level, levels[0]), levels[-1])


def outcome_of(assumed: Assumptions) -> Outcome:
    """What tells how badly people fared."""
    return Outcome.NPS if assumed.harm == "nps" else Outcome.STARS


def find_known_problems(*, state: ViewState, level: int, outcome: Outcome) -> Problems | None:
    """The problems if they were looked for in the last minute."""
    return find_remembered(_NAME, state=state, kind=Problems, extras=(level, outcome))


def read_problems(*, state: ViewState, level: int, outcome: Outcome) -> Problems:
    """The problems, at most a minute old."""

    def make() -> Problems:
        with closing(open_facts()) as connection:
            return _look(connection, state=state, level=level, outcome=outcome)

    return remembered(_NAME, state=state, make=make, extras=(level, outcome))


def place_of(state: ViewState) -> str:
    """Whose problems these are: empty for the company, else the unit chosen or all that the asker sees."""
    if state.unit is not None:
        return f"unit:{state.unit.pk}"
    if state.scope.unit_ids is None:
        return ""
    roots = sorted(node.id for node in read_unit_tree(scope=state.scope).roots())
    if len(roots) == 1:
        return f"unit:{roots[0]}"
    return "units:" + blake2b(",".join(map(str, roots)).encode(), digest_size=12).hexdigest()


def _look(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, level: int, outcome: Outcome
) -> Problems:
    public = [one.code for one in list_channels() if one.kind == "public"]
    blame = count_blame(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=read_aspect_tree(state.language),
        level=level,
        outcome=outcome,
        public_channels=public,
    )
    wholes = [
        Problem(tally=blame.whole.tally(0, group), node=node)
        for group, node in enumerate(blame.groups.nodes)
        if blame.whole.values and blame.whole.tally(0, group).n >= FEWEST
    ]
    parts, n_compared = find_parts(blame, units=read_unit_tree(scope=state.scope, top=state.unit))
    topics = _topics(connection, state=state, outcome=outcome, public=public, blame=blame)
    known = [one for one in parts if one.part and (one.part.kind != "cause" or one.part.share < _WHOLE)]
    told_by_part = {one.node for one in known if one.part and one.part.share >= _WHOLE}
    wholes = [one for one in wholes if one.node not in told_by_part]
    return Problems(
        everybody=blame.everybody,
        problems=(*wholes, *(_named(one, state=state) for one in known), *topics),
        n_rare=blame.groups.n_rare,
        n_compared=n_compared,
    )


def _named(problem: Problem, *, state: ViewState) -> Problem:
    """The problem with the cause named as people call it."""
    if problem.part is None or problem.part.kind != "cause":
        return problem
    part = problem.part
    label = _("not as promised") if part.value == APART else wording(state.language).name(part.value)
    return Problem(
        tally=problem.tally,
        node=problem.node,
        part=type(part)(kind=part.kind, value=part.value, label=label, lift=part.lift, share=part.share),
    )


def _topics(
    connection: duckdb.DuckDBPyConnection,
    *,
    state: ViewState,
    outcome: Outcome,
    public: list[str],
    blame: Blame,
) -> list[Problem]:
    """The new subjects that enough of these voices are unhappy with; the asker's own voices alone count."""
    found = find_report()
    names = [one.name for one in found[0].subjects if one.n_negative >= FEWEST] if found else []
    if not blame.everybody.n:
        return []
    tallies = [
        (
            name,
            tally_topic(
                connection,
                name,
                scope=state.scope,
                filter=state.filter,
                outcome=outcome,
                public_channels=public,
            ),
        )
        for name in names[:MOST_TOPICS]
    ]
    return [Problem(tally=tally, phrase=name) for name, tally in tallies if tally.n >= FEWEST]
