"""What problems, factors and choices are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.insight.priority.assumptions import Harm, Order
from zhiyin.insight.priority.efforts import Size
from zhiyin.insight.priority.problems import PartKind, Problem
from zhiyin.measure.priority import Quadrant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

QUADRANT_NAMES: Mapping[Quadrant, StrPromise] = {
    "do_now": gettext_lazy("Do now: heavy and quick"),
    "plan": gettext_lazy("Plan: heavy and long"),
    "on_the_side": gettext_lazy("On the side: light and quick"),
    "later": gettext_lazy("Later: light and long"),
}
HARM_NAMES: Mapping[Harm, StrPromise] = {
    "severity": gettext_lazy("How badly they rate"),
    "stars": gettext_lazy("Stars lost"),
    "nps": gettext_lazy("Points of NPS lost"),
}
ORDER_NAMES: Mapping[Order, StrPromise] = {
    "worth": gettext_lazy("Most for a day of work"),
    "weight": gettext_lazy("Heaviest first"),
    "effort": gettext_lazy("Quickest first"),
}
SIZE_NAMES: Mapping[Size, StrPromise] = {
    "small": gettext_lazy("Small"),
    "middle": gettext_lazy("Medium"),
    "large": gettext_lazy("Large"),
}
PART_NAMES: Mapping[PartKind, StrPromise] = {
    "unit": gettext_lazy("Unit"),
    "product": gettext_lazy("Product"),
    "cause": gettext_lazy("Cause"),
}


def problem_name(problem: Problem) -> str:
    """What people call the problem: the aspect, and where it gathers."""
    if problem.node is None:
        return _("“%(words)s”") % {"words": problem.phrase}
    if problem.part is None:
        return problem.node.name
    return _("%(aspect)s · %(where)s") % {"aspect": problem.node.name, "where": problem.part.label}


def problem_kind(problem: Problem) -> str:
    """Which kind of problem it is, in a few words."""
    if problem.node is None:
        return _("New subject")
    if problem.part is None:
        return _("Aspect")
    return str(PART_NAMES[problem.part.kind])
