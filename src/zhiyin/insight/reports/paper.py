"""The page of a report as it is drawn and printed: one file, complete in itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from zhiyin.insight.models import ReportSnapshot
from zhiyin.insight.queries.trends import TrendPoint
from zhiyin.insight.reports.figures import ReportFigures
from zhiyin.insight.reports.telling import Told

_CHART_WIDTH, _CHART_HEIGHT, _GAP = 640, 90, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of the picture: what stands where, in pixels, and what it says. The last days count."""

    x: float
    width: float
    y: float
    height: float
    negative_y: float
    negative_height: float
    label: str
    n: int
    n_negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Sentences under a heading; a heading of nothing for the first."""

    name: str
    lines: tuple[SafeString, ...]


def write_paper(snapshot: ReportSnapshot, figures: ReportFigures, *, told: Told) -> str:
    """The whole page as HTML, with its styles, and with no link: a picture cannot be clicked."""
    with translation.override("zh-hans" if snapshot.language == "zh" else "en"):
        return render_to_string("insight/reports/paper.html", paper_context(snapshot, figures, told=told))


def paper_context(snapshot: ReportSnapshot, figures: ReportFigures, *, told: Told) -> dict[str, object]:
    """What page and paper show alike."""
    return {
        "snapshot": snapshot,
        "told": told,
        "lang": "zh-Hans" if snapshot.language == "zh" else "en",
        "cards": figures.cards,
        "sections": list_sections(told),
        "bars": list_bars(figures.trend or []),
        "last_bar": f"{figures.trend[-1].last_day:%m-%d}" if figures.trend else "",
        "chart_width": _CHART_WIDTH,
        "chart_height": _CHART_HEIGHT,
    }


def list_sections(told: Told) -> list[Section]:
    """The told sentences, safe to show: they were escaped when they were written."""
    return [
        Section(name=name, lines=tuple(mark_safe(line) for line in lines))  # noqa: S308 - as said above
        for name, lines in told.sections
    ]


def list_bars(points: list[TrendPoint]) -> list[Bar]:
    """A bar a point, its lower part the negative voices; the scale begins at zero."""
    most = max((point.n for point in points), default=0)
    if not most or len(points) < 2:
        return []
    step = _CHART_WIDTH / len(points)
    bars = []
    for place, point in enumerate(points):
        n_negative = point.sentiments.get("negative", 0)
        height, low = (_CHART_HEIGHT * n / most for n in (point.n, n_negative))
        bars.append(
            Bar(
                x=round(place * step + _GAP / 2, 1),
                width=round(step - _GAP, 1),
                y=round(_CHART_HEIGHT - height, 1),
                height=round(height, 1),
                negative_y=round(_CHART_HEIGHT - low, 1),
                negative_height=round(low, 1),
                label=f"{point.first_day:%m-%d}",
                n=point.n,
                n_negative=n_negative,
            )
        )
    return bars
