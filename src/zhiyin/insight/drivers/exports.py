"""Drivers, needs and lift as tables for files."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.drivers.facts import RatingWhy
from zhiyin.insight.drivers.lift import Lifts
from zhiyin.insight.drivers.lift_page import KIND_NAMES, value_name
from zhiyin.insight.drivers.needs import NEEDS, TouchpointNeeds
from zhiyin.insight.drivers.order_lift import OrderLifts
from zhiyin.insight.drivers.order_page import ORDER_KIND_NAMES, order_value_name, outcome_name
from zhiyin.insight.drivers.page import CATEGORIES, QUADRANTS, Asked
from zhiyin.insight.wording import wording
from zhiyin.measure.estimate import Estimate

Table = tuple[list[str], list[list[Cell]]]


def driver_rows(found: RatingWhy, *, asked: Asked) -> Table:
    """One row an aspect, the heaviest first; shares 0 to 1."""
    columns = [
        *(_("Aspect id"), _("Aspect")),
        *_with_ends(_("Part in what moves the outcome")),
        *_with_ends(_("Shapley share of R²")),
        *_with_ends(_("Points from blame to praise")),
        *_with_ends(_("What praise adds")),
        *_with_ends(_("What blame takes")),
        *_with_ends(_("All voices: points lost by blame")),
        *(_("Net sentiment"), _("Voices that praise"), _("Voices that blame")),
        *(_("Kind (Kano, from reviews)"), _("Quadrant")),
    ]
    where = found.map(is_stated=asked.is_stated, is_top_box=asked.is_top_box, cross=asked.cross)
    rows: list[list[Cell]] = [
        [
            *(one.node.id, one.node.name),
            *_ends(one.driver.share),
            *_ends(one.driver.shapley),
            *_ends(one.driver.coefficient),
            *_ends(one.contrast.reward),
            *_ends(one.contrast.penalty),
            *_ends(one.blame_impact),
            *(one.net.value, one.praise_impact.n, one.blame_impact.n),
            str(CATEGORIES.get(one.contrast.category or "", "")),
            str(QUADRANTS[place.quadrant]) if place.quadrant else None,
        ]
        for one, place in zip(found.aspects, where.places, strict=True)
    ]
    return columns, rows


def need_rows(found: Sequence[TouchpointNeeds], *, asked: Asked) -> Table:
    """One row a need and touchpoint."""
    name_of = wording(asked.state.language).name
    columns = [_("Touchpoint"), _("Need"), *_with_ends(_("Share met")), _("Voices"), _("Need met")]
    rows: list[list[Cell]] = [
        [
            name_of(one.touchpoint) if one.touchpoint else _("All touchpoints"),
            name_of(need),
            *_ends(one.needs[need].share),
            one.needs[need].share.n,
            one.needs[need].n_met,
        ]
        for one in found
        for need in NEEDS
    ]
    return columns, rows


def lift_rows(found: Lifts, *, asked: Asked) -> Table:
    """One row a lift, the strongest first."""
    columns = [
        *(_("Joined with"), _("Value"), _("Aspect")),
        *_with_ends(_("Times as often")),
        *(_("Voices"), _("Voices that blame"), _("Share that blames"), _("Share elsewhere")),
        _("p, adjusted"),
    ]
    rows: list[list[Cell]] = [
        [
            *(str(KIND_NAMES[one.kind]), value_name(one, state=asked.state), one.node.name),
            *_ends(one.ratio),
            *(one.ratio.n, one.n_blame, one.share, one.share_elsewhere, one.adjusted_p),
        ]
        for one in found.lifts
    ]
    return columns, rows


def order_lift_rows(found: OrderLifts) -> Table:
    """One row a comparison by order; shares 0 to 1."""
    columns = [
        *(_("What is told of the order"), _("Value"), _("Voices that are")),
        *_with_ends(_("Times as often")),
        *(_("Voices"), _("Of these"), _("Share"), _("Share elsewhere")),
        *(_("p, adjusted"), _("More than chance")),
    ]
    rows: list[list[Cell]] = [
        [
            *(str(ORDER_KIND_NAMES[one.kind]), order_value_name(one.kind, one.value), outcome_name(one)),
            *_ends(one.ratio),
            *(one.ratio.n, one.n_cases, one.share, one.share_elsewhere, one.adjusted_p, one.is_real),
        ]
        for one in (*found.unhappy, *found.blamed)
    ]
    return columns, rows


def _with_ends(name: str) -> list[str]:
    return [name, _("%(name)s, low") % {"name": name}, _("%(name)s, high") % {"name": name}]


def _ends(estimate: Estimate | None) -> list[float | None]:
    return [None, None, None] if estimate is None else [estimate.value, estimate.low, estimate.high]
