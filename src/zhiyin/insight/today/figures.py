"""Home's figures, each with its n, its interval, its change and the way to its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.insight.board import Answers, Figure, Waits
from zhiyin.insight.queries.overview import Overview
from zhiyin.insight.state import ViewState
from zhiyin.insight.today.summary import Summary
from zhiyin.measure.comparison import Change

Tone = Literal["good", "bad", "none"]
AsText = Callable[[float | None], str]
STARS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure, its texts ready to show; `tone` says whether the change is for the better."""

    code: str
    label: str
    href: str
    value: str = ""
    n: int | None = None
    interval: str = ""
    verdict: str = ""
    change: str = ""
    change_interval: str = ""
    tone: Tone = "none"
    hint: str = ""


def list_cards(summary: Summary, *, state: ViewState) -> list[Card]:
    """Voices, net sentiment and rating."""
    voices = summary.overview.voices
    counted = Card(
        code="voices",
        label=_("Voices heard"),
        value=numbers.count(voices.n, language=state.language),
        href=state.url("voices"),
        hint=_excluded(summary.overview),
    )
    net = Card(
        code="net_sentiment",
        label=_("Net sentiment"),
        href=state.url("voices", polarity=["positive", "neutral", "negative"]),
        hint=_("Positive minus negative mentions, in percent of all mentions; n counts mentions."),
    )
    rating = Card(code="rating", label=_("Mean rating (of 5)"), href=state.url("voices", stars=STARS))
    return [
        _changed(counted, change=summary.voices_change, as_text=_relative, is_good_up=None),
        _filled(net, figure=summary.net_sentiment, as_text=numbers.signed),
        _filled(
            rating, figure=summary.overview.rating, as_text=_two_digits, change_as_text=_signed_two_digits
        ),
    ]


def list_service_cards(waits: Waits, answers: Answers | None, *, state: ViewState) -> list[Card]:
    """How long customers waited, and whether they were answered; of answers nothing where none is known."""
    waited = state.url("voices", signal="waited")
    minutes, p90 = waits.median_minutes, waits.p90_minutes
    return [
        _filled(
            Card(code="waits", label=_("Tell of waiting"), href=waited),
            figure=waits.share,
            as_text=numbers.percent,
        ),
        Card(
            code="wait_minutes",
            label=_("Typical wait"),
            value="–" if minutes is None else _minutes(minutes),
            href=waited,
            interval="" if p90 is None else _("nine of ten within {time}").format(time=_minutes(p90)),
            hint=_("The median of those who say how long: half waited less, half longer."),
        ),
        *([] if answers is None else _answer_cards(answers, state=state)),
    ]


def _answer_cards(answers: Answers, *, state: ViewState) -> list[Card]:
    answered = state.url("voices", answered="yes")
    share = Card(
        code="answers",
        label=_("Answer share"),
        href=answered,
        hint=_("Share of the voices that got an answer"),
    )
    hours = Card(
        code="answer_hours",
        label=_("Typical time to the answer"),
        value="–" if answers.median_hours is None else _hours(answers.median_hours),
        href=answered,
        hint=_("The median: half were answered sooner, half later."),
    )
    return [_filled(share, figure=answers.share, as_text=numbers.percent), hours]


def _filled(card: Card, *, figure: Figure, as_text: AsText, change_as_text: AsText = numbers.signed) -> Card:
    """The card with value, n, interval and change of a figure of which more is better."""
    has_interval = figure.low is not None and figure.high is not None
    filled = replace(
        card,
        value=as_text(figure.value),
        n=figure.n,
        interval=f"{as_text(figure.low)} – {as_text(figure.high)}" if has_interval else "",
    )
    return _changed(filled, change=figure.change, as_text=change_as_text, is_good_up=True)


def _changed(card: Card, *, change: Change | None, as_text: AsText, is_good_up: bool | None) -> Card:
    if change is None:
        return card
    tone: Tone = "none"
    if is_good_up is not None and change.verdict in ("rise", "fall"):
        tone = "good" if (change.verdict == "rise") is is_good_up else "bad"
    return replace(
        card,
        verdict=change.verdict,
        change="" if change.value is None else as_text(change.value),
        change_interval="" if change.low is None else f"{as_text(change.low)} – {as_text(change.high)}",
        tone=tone,
    )


def _two_digits(value: float | None) -> str:
    return numbers.plain(value, digits=2)


def _signed_two_digits(value: float | None) -> str:
    return numbers.signed(value, digits=2)


def _relative(share: float | None) -> str:
    return numbers.signed(None if share is None else share * 100) + "%"


def _excluded(overview: Overview) -> str:
    voices = overview.voices
    if not voices.n_excluded:
        return ""
    text = _(
        "{n} not counted: {duplicates} copies, {spam} spam, {solicited} solicited, {off_subject} off-subject."
    )
    return text.format(
        n=voices.n_excluded,
        duplicates=voices.n_duplicates,
        spam=voices.n_spam,
        solicited=voices.n_solicited,
        off_subject=voices.n_off_subject,
    )


def _minutes(minutes: float) -> str:
    return _("{n} min").format(n=numbers.plain(minutes, digits=0))


def _hours(hours: float) -> str:
    if hours < 1:
        return _minutes(hours * 60)
    return _("{n} h").format(n=numbers.plain(hours))
