"""The measured map as a table for files: one row a touchpoint."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.drivers.needs import NEEDS
from zhiyin.insight.journeys.asking import Asked
from zhiyin.insight.journeys.charts import mood_words
from zhiyin.insight.journeys.measuring import MeasuredMap, MeasuredPoint
from zhiyin.insight.journeys.page import owner_words
from zhiyin.insight.unit_export import verdict_name
from zhiyin.insight.wording import wording
from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import Estimate

Table = tuple[list[str], list[list[Cell]]]


def touchpoint_rows(net: MeasuredMap, stars: MeasuredMap, *, asked: Asked) -> Table:
    """Both curves beside each other, with intervals, changes, gaps, marks and the ten needs."""
    name_of = wording(asked.state.language).name
    columns = [
        *(_("Stage"), _("Touchpoint"), _("Owner"), _("Voices"), _("Share of voices")),
        *(_("Mentions"), _("Positive mentions"), _("Negative mentions")),
        *_curve_columns(_("Net sentiment")),
        *_curve_columns(_("Stars")),
        *(column for need in NEEDS for column in _need_columns(name_of(need))),
    ]
    rows: list[list[Cell]] = [
        [
            *(one.stage.name, one.touchpoint.name, owner_words(one.touchpoint)),
            *(one.counts.voices.n, one.share.value),
            *(one.counts.mentions.n, one.counts.mentions.n_positive, one.counts.mentions.n_negative),
            *_curve_cells(one),
            *_curve_cells(other),
            *(cell for need in NEEDS for cell in _need_cells(one, need)),
        ]
        for one, other in zip(net.points, stars.points, strict=True)
    ]
    return columns, rows


def _curve_columns(name: str) -> list[str]:
    parts = (_("low"), _("high"), "n", _("change"), _("verdict"), _("designed"), _("gap"), _("mark"))
    return [name, *(f"{name} · {part}" for part in parts)]


def _curve_cells(point: MeasuredPoint) -> list[Cell]:
    value: Estimate = point.value
    change: Change | None = point.change
    return [
        *(value.value, value.low, value.high, value.n),
        *(change.value if change else None, verdict_name(change.verdict) if change else None),
        *(point.wanted, point.gap, mood_words(point.mood) or None),
    ]


def _need_columns(name: str) -> list[str]:
    return [f"{name} · {part}" for part in (_("met"), _("not met"))]


def _need_cells(point: MeasuredPoint, need: str) -> list[Cell]:
    met = point.needs.get(need)
    return [met.n_met, met.share.n - met.n_met] if met else [0, 0]
