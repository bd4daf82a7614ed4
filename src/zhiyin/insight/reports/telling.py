"""A report in words: what a message says, from its kept figures alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console import numbers
from zhiyin.console.numbers import Language
from zhiyin.insight.board import AspectLine, UnitLine, UrgentVoice
from zhiyin.insight.models import ReportSnapshot
from zhiyin.insight.reports.figures import Line, ReportFigures
from zhiyin.insight.reports.plain_words import as_markdown, as_text
from zhiyin.insight.state import ViewState
from zhiyin.insight.today.sentences import say_change
from zhiyin.insight.wording import wording

LATE = timedelta(minutes=15)
_MAX_WORDS = 80
_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Title, and the sentences under their headings, in the report's language."""

    title: str
    late: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def text(self) -> str:
        """Plain words."""
        return self._put_together(as_text, heading="{}", bullet="· {}")

    def markdown(self) -> str:
        """Markdown with a link at every figure."""
        return self._put_together(as_markdown, heading="**{}**", bullet="- {}")

    def _put_together(self, told_as: Callable[[str], str], *, heading: str, bullet: str) -> str:
        blocks = [self.late] if self.late else []
        for name, lines in self.sections:
            if name:
                blocks.append(heading.format(name))
            marks = bullet if name else "{}"
            blocks.append("\n".join(marks.format(told_as(line)) for line in lines))
        return "\n\n".join(block for block in blocks if block)


def tell(snapshot: ReportSnapshot, figures: ReportFigures, *, state: ViewState) -> Told:
    """The snapshot in words. `state` is that of its days and unit, for the links."""
    with translation.override("zh-hans" if snapshot.language == "zh" else "en"):
        sections = [("", tuple(line.html for line in figures.answer) or (_no_voices(),))]
        if figures.notices:
            sections.append((_("What needs attention"), _lines(figures.notices)))
        if figures.incidents is not None:
            lines = _lines(figures.incidents) or (_("None in the units of this report."),)
            sections.append((_("Incidents that go on"), lines))
        if figures.aspects:
            lines = tuple(say_aspect(one, figures=figures, state=state) for one in figures.aspects[:5])
            sections.append((_("What hurts most"), lines))
        sections.extend(_tell_units(figures, state=state))
        if figures.urgent:
            sections.append(
                (
                    _("Read now or today"),
                    tuple(say_urgent(one, language=state.language) for one in figures.urgent),
                )
            )
        return Told(title=say_title(snapshot), late=say_late(snapshot), sections=tuple(sections))


def _tell_units(figures: ReportFigures, *, state: ViewState) -> list[tuple[str, tuple[str, ...]]]:
    units = figures.units
    if units is None or units.n_compared < 2:
        return []
    if not units.worse and not units.better:
        none = _("No unit differs really from the others: what differs may be chance.")
        return [(_("Units that stand out"), (none,))]
    named = (
        (_("Units worse than the others"), units.worse),
        (_("Units better than the others"), units.better),
    )
    return [
        (name, tuple(say_unit(one, figures=figures, state=state) for one in lines))
        for name, lines in named
        if lines
    ]


def say_title(snapshot: ReportSnapshot) -> str:
    """Name and days, as "每日简报 · 5月19日（周二）"."""
    return f"{snapshot.name} · {say_days(snapshot)}"


def say_days(snapshot: ReportSnapshot) -> str:
    """The days of the snapshot in its language."""
    zone = ZoneInfo(snapshot.time_zone)
    first = snapshot.since.astimezone(zone)
    last = (snapshot.until - timedelta(microseconds=1)).astimezone(zone)
    if first.date() == last.date():
        return _say_day(first, language=snapshot.language)
    if snapshot.language == "zh":
        return f"{first.month}月{first.day}日至{last.month}月{last.day}日"
    return f"{first:%d %b} to {last:%d %b %Y}"


def say_late(snapshot: ReportSnapshot) -> str:
    """That the report comes late, and how many were missed altogether; empty where it is on time."""
    if snapshot.due_at is None or snapshot.made_at - snapshot.due_at < LATE:
        return ""
    zone = ZoneInfo(snapshot.time_zone)
    words = {
        "due": f"{snapshot.due_at.astimezone(zone):%m-%d %H:%M}",
        "made": f"{snapshot.made_at.astimezone(zone):%m-%d %H:%M}",
    }
    text = _("Due %(due)s, made %(made)s: the server did not run in between.") % words
    if not snapshot.n_left_out:
        return text
    n = snapshot.n_left_out
    missed = ngettext("%(n)d earlier report was left out.", "%(n)d earlier reports were left out.", n)
    return f"{text} {missed % {'n': n}}"


def say_aspect(line: AspectLine, *, figures: ReportFigures, state: ViewState) -> str:
    """One aspect: name, people, share, net sentiment with its change."""
    people = ngettext("%(n)s person", "%(n)s people", line.n_people) % {
        "n": numbers.count(line.n_people, language=state.language)
    }
    rows = state.url("voices", aspect=line.aspect, polarity="negative")
    return format_html(
        _("{aspect}: {people} unhappy ({share}), net sentiment {net}{change}"),
        aspect=_link(state.url("aspect", line.aspect), figures.aspect_names[line.aspect]),
        people=_link(rows, people),
        share=numbers.percent(line.share.value),
        net=numbers.signed(line.net_sentiment.value),
        change=say_change(line.net_sentiment),
    )


def say_unit(line: UnitLine, *, figures: ReportFigures, state: ViewState) -> str:
    """One unit: name, net sentiment, voices, and what is spoken badly of there."""
    code = figures.unit_codes.get(line.unit_id, "")
    name = _link(state.url("unit", code), line.name) if code else line.name
    voices = ngettext("%(n)s voice", "%(n)s voices", line.n_voices) % {
        "n": numbers.count(line.n_voices, language=state.language)
    }
    rows = state.url("voices", unit=code) if code else state.url("voices")
    about = figures.aspect_names.get(line.main_aspect or "", "")
    return format_html(
        _("{unit}: net sentiment {net} of {voices}{about}"),
        unit=name,
        net=numbers.signed(line.net_sentiment.value),
        voices=_link(rows, voices),
        about=_(", above all {aspect}").format(aspect=about) if about else "",
    )


def say_urgent(voice: UrgentVoice, *, language: Language) -> str:
    """The customer's own masked words, cut, with where and why, and the way to the voice."""
    words = " ".join(voice.text.split())
    shown = words if len(words) <= _MAX_WORDS else f"{words[:_MAX_WORDS]}…"
    names = wording(language)
    about = [*([voice.unit_name] if voice.unit_name else []), *(names.name(one) for one in voice.reasons)]
    return format_html(
        '{}<a class="quote" href="{}">{}</a>',
        _("{about}: ").format(about=" · ".join(about)) if about else "",
        reverse("voice", args=[voice.feedback_id]),
        _quoted(shown),
    )


def _say_day(day: datetime, *, language: str) -> str:
    if language == "zh":
        return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
    return f"{day:%a %d %b %Y}"


def _no_voices() -> str:
    return _("No voice came in this time.")


def _lines(lines: list[Line]) -> tuple[str, ...]:
    return tuple(line.html for line in lines)


def _quoted(words: str) -> str:
    return _("“{name}”").format(name=words)


def _link(href: str, words: str) -> str:
    return format_html('<a href="{}">{}</a>', href, words)
