"""Home's answer and what needs attention, as sentences whose figures open to their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console import numbers
from zhiyin.insight.board import Figure
from zhiyin.insight.naming import aspect_name
from zhiyin.insight.queries.movements import AspectMove
from zhiyin.insight.state import ViewState
from zhiyin.insight.today.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that needs attention."""

    icon: str
    tone: Literal["urgent", "bad", "good"]
    text: SafeString


def say_answer(summary: Summary, *, state: ViewState) -> list[SafeString]:
    """The answer to the page's question in one or two sentences; empty without voices."""
    if summary.is_empty:
        return []
    n = summary.overview.voices.n
    voices = _link(state.url("voices"), ngettext("%(n)s voice", "%(n)s voices", n) % {"n": _count(n, state)})
    return [*_say_worst(summary, state=state), _say_all(summary, voices=voices)]


def _say_all(summary: Summary, *, voices: SafeString) -> SafeString:
    net = summary.net_sentiment
    if net.value is None:
        return format_html(_("Of {voices}, none speaks of an aspect that we know."), voices=voices)
    return format_html(
        _("{voices}, net sentiment {net}{change}."),
        voices=voices,
        net=format_html("<strong>{}</strong>", numbers.signed(net.value)),
        change=say_change(net),
    )


def _say_worst(summary: Summary, *, state: ViewState) -> list[SafeString]:
    worst = summary.worst
    if worst is None:
        return []
    name = aspect_name(worst.aspect, language=state.language, stored=worst.aspect_name)
    return [
        format_html(
            _("{aspect} hurts most: {people} unhappy, {share} of all."),
            aspect=_link(state.url("aspect", worst.aspect), _quoted(name)),
            people=_people(worst.n_people, aspect=worst.aspect, state=state),
            share=numbers.percent(worst.share.value),
        )
    ]


def say_change(figure: Figure) -> str:
    """The change in words, in brackets; empty where there is nothing to compare with."""
    change = figure.change
    if change is None or change.verdict == "unknown":
        return ""
    by = numbers.plain(abs(change.value or 0))
    return {
        "rise": _(" (up {by})"),
        "fall": _(" (down {by})"),
        "no_real_change": _(" (no real change)"),
    }[change.verdict].format(by=by)


def list_notices(summary: Summary, *, state: ViewState) -> list[Notice]:
    """What needs attention, the most pressing first."""
    return [
        *_urgent(summary, state=state),
        *(_worse(move, state=state) for move in summary.movements.worsened),
        *_falls(summary, state=state),
        *_improved(summary, state=state),
    ]


def _urgent(summary: Summary, *, state: ViewState) -> list[Notice]:
    counts = summary.urgent
    notices = []
    if counts.n_now:
        text = ngettext("%(n)s voice to read now", "%(n)s voices to read now", counts.n_now)
        link = _link(state.url("voices", urgency=3), text % {"n": _count(counts.n_now, state)})
        text = format_html(_("{voices}: injury, illness, fire, or a child hurt."), voices=link)
        notices.append(Notice(icon="alert-triangle", tone="urgent", text=text))
    if counts.n_today > counts.n_now:
        n = counts.n_today
        words = ngettext("%(n)s voice is urgent", "%(n)s voices are urgent", n) % {"n": _count(n, state)}
        link = _link(state.url("voices", urgency=2), words)
        text = format_html(_("{voices} and should be read today."), voices=link)
        notices.append(Notice(icon="bell", tone="urgent", text=text))
    return notices


def _worse(move: AspectMove, *, state: ViewState) -> Notice:
    text = format_html(
        _("{aspect} became worse: net sentiment {net}{change}. {read}"), **_move(move, state=state)
    )
    return Notice(icon="trending-down", tone="bad", text=text)


def _improved(summary: Summary, *, state: ViewState) -> list[Notice]:
    """One piece of good news, so that the list tells the truth about both."""
    return [
        Notice(
            icon="trending-up",
            tone="good",
            text=format_html(
                _("{aspect} became better: net sentiment {net}{change}."), **_move(move, state=state)
            ),
        )
        for move in summary.movements.improved[:1]
    ]


def _move(move: AspectMove, *, state: ViewState) -> dict[str, str]:
    name = aspect_name(move.aspect, language=state.language, stored=move.aspect_name)
    return {
        "aspect": _link(state.url("aspect", move.aspect), _quoted(name)),
        "net": numbers.signed(move.net_sentiment.value),
        "change": say_change(move.net_sentiment),
        "read": _link(state.url("voices", aspect=move.aspect, polarity="negative"), _("Read what they say")),
    }


def _falls(summary: Summary, *, state: ViewState) -> list[Notice]:
    rating = summary.overview.rating
    if rating.change is None or rating.change.verdict != "fall":
        return []
    text = format_html(
        _("The mean rating fell to {rating}{change}."),
        rating=_link(
            state.url("voices", stars=["1", "2", "3", "4", "5"]), numbers.plain(rating.value, digits=2)
        ),
        change=_(" (down {by})").format(by=numbers.plain(abs(rating.change.value or 0), digits=2)),
    )
    return [Notice(icon="star-half-filled", tone="bad", text=text)]


def _people(n: int, *, aspect: str, state: ViewState) -> SafeString:
    words = ngettext("%(n)s person", "%(n)s people", n) % {"n": _count(n, state)}
    return _link(state.url("voices", aspect=aspect, polarity="negative"), words)


def _quoted(name: str) -> str:
    return _("“{name}”").format(name=name)


def _link(href: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, words)


def _count(n: int, state: ViewState) -> str:
    return numbers.count(n, language=state.language)
