"""A report as a workbook whose shares are formulas: whoever changes a count sees what follows."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhiyin.insight.models import ReportSnapshot
from zhiyin.insight.reports.figures import ReportFigures
from zhiyin.insight.reports.telling import say_days, say_late

_WIDE, _NARROW = 28, 14
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Book:
    """A workbook in memory with the few formats that its sheets share."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.buffer, options)
        self.bold: Format = self.book.add_format({"bold": True, "bottom": 1})
        self.percent: Format = self.book.add_format({"num_format": "0.0%"})
        self.signed: Format = self.book.add_format({"num_format": "+0.0;-0.0;0.0"})

    def sheet(self, name: str, *, heads: list[str]) -> Worksheet:
        """A sheet with its headings; the first column is wide."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, max(1, len(heads) - 1), _NARROW)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.bold)
        sheet.freeze_panes(1, 0)
        return sheet


def write_workbook(snapshot: ReportSnapshot, figures: ReportFigures) -> bytes:
    """The workbook: summary, sentiments, aspects, days. Formulas carry their values too."""
    made = _Book()
    with translation.override("zh-hans" if snapshot.language == "zh" else "en"):
        _write_summary(made, snapshot, figures)
        _write_sentiments(made, figures)
        if figures.aspects:
            _write_aspects(made, figures)
        if figures.trend:
            _write_days(made, figures)
    made.book.close()
    return made.buffer.getvalue()


def _write_summary(made: _Book, snapshot: ReportSnapshot, figures: ReportFigures) -> None:
    sheet = made.sheet(_("Summary"), heads=[_("Figure"), _("Value"), _("Before"), _("Change")])
    voices = figures.overview.voices
    sheet.write_string(1, 0, _("Voices"))
    sheet.write_number(1, 1, voices.n)
    if voices.n_before is not None:
        sheet.write_number(1, 2, voices.n_before)
        share = (voices.n - voices.n_before) / voices.n_before if voices.n_before else ""
        sheet.write_formula(1, 3, '=IF(C2=0,"",(B2-C2)/C2)', made.percent, share)
    for row, (name, value) in enumerate(_plain_figures(figures), start=2):
        sheet.write_string(row, 0, name)
        if value is not None:
            sheet.write_number(row, 1, value)
    last = 2 + len(_plain_figures(figures))
    sheet.write_string(last + 1, 0, f"{snapshot.name} · {say_days(snapshot)}")
    if late := say_late(snapshot):
        sheet.write_string(last + 2, 0, late)


def _plain_figures(figures: ReportFigures) -> list[tuple[str, float | None]]:
    return [
        (_("Net sentiment"), figures.net_sentiment.value),
        (_("Mean rating (of 5)"), figures.overview.rating.value),
        (_("Read now (level 3)"), float(figures.urgent_counts.n_now)),
        (_("Read now or today (levels 2 and 3)"), float(figures.urgent_counts.n_today)),
    ]


def _write_sentiments(made: _Book, figures: ReportFigures) -> None:
    sheet = made.sheet(_("Sentiments"), heads=[_("Sentiment"), _("Voices"), _("Share")])
    shares = figures.overview.sentiments
    n = figures.overview.voices.n_judged
    named = [
        (_("Positive"), shares.positive),
        (_("Neutral"), shares.neutral),
        (_("Negative"), shares.negative),
        (_("Mixed"), shares.mixed),
    ]
    counts = [round((figure.value or 0.0) * n) for _name, figure in named]
    for row, ((name, figure), count) in enumerate(zip(named, counts, strict=True), start=1):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, count)
        share = "" if not n else figure.value or 0.0
        sheet.write_formula(row, 2, f'=IF(B$6=0,"",B{row + 1}/B$6)', made.percent, share)
    sheet.write_string(5, 0, _("All"))
    sheet.write_formula(5, 1, "=SUM(B2:B5)", None, sum(counts))


def _write_aspects(made: _Book, figures: ReportFigures) -> None:
    heads = [
        _("Aspect"),
        _("Mentions"),
        _("Positive"),
        _("Negative"),
        _("Net sentiment"),
        _("Unhappy people"),
        _("Share"),
    ]
    sheet = made.sheet(_("Aspects"), heads=heads)
    summary = _("Summary").replace("'", "''")
    for row, line in enumerate(figures.aspects or [], start=1):
        place = row + 1
        sheet.write_string(row, 0, figures.aspect_names[line.aspect])
        for column, count in ((1, line.n_mentions), (2, line.n_positive), (3, line.n_negative)):
            sheet.write_number(row, column, count)
        net = (line.n_positive - line.n_negative) / line.n_mentions * 100 if line.n_mentions else ""
        formula = f'=IF(B{place}=0,"",(C{place}-D{place})/B{place}*100)'
        sheet.write_formula(row, 4, formula, made.signed, net)
        sheet.write_number(row, 5, line.n_people)
        n = figures.overview.voices.n
        share = line.n_people / n if n else ""
        formula = f"=IF('{summary}'!$B$2=0,\"\",F{place}/'{summary}'!$B$2)"
        sheet.write_formula(row, 6, formula, made.percent, share)


def _write_days(made: _Book, figures: ReportFigures) -> None:
    heads = [
        _("Day"),
        _("Voices"),
        _("Positive"),
        _("Neutral"),
        _("Negative"),
        _("Mixed"),
        _("Negative share"),
    ]
    sheet = made.sheet(_("Days"), heads=heads)
    for row, point in enumerate(figures.trend or [], start=1):
        place = row + 1
        sheet.write_string(row, 0, point.first_day.isoformat())
        counts = [point.sentiments.get(name, 0) for name in ("positive", "neutral", "negative", "mixed")]
        for column, count in enumerate([point.n, *counts], start=1):
            sheet.write_number(row, column, count)
        judged = sum(counts)
        formula = f'=IF(SUM(C{place}:F{place})=0,"",E{place}/SUM(C{place}:F{place}))'
        sheet.write_formula(row, 6, formula, made.percent, counts[2] / judged if judged else "")
