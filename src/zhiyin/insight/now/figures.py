"""The figures of the page "now", each against what is usual at this hour of this weekday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.insight.now.counts import Minute, Usual
from zhiyin.insight.now.window import Window
from zhiyin.measure.anomalies import count_band, count_tails
from zhiyin.measure.comparison import Verdict, changes
from zhiyin.measure.proportions import proportion

_SURE = 0.01
_BAND = 0.95
Tone = Literal["good", "bad", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NowFigure:
    """A figure ready to show: `usual` says what is usual, `verdict` whether this really differs."""

    code: str
    label: str
    value: str
    href: str
    definition: str
    n: int
    interval: str = ""
    usual: str = ""
    verdict: Verdict = "unknown"
    tone: Tone = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What stands first: the sums of the hour and how they compare."""

    n: int
    n_judged: int
    n_unhappy: int
    n_urgent: int
    figures: Sequence[NowFigure]
    sentence: str


def make_glance(minutes: Sequence[Minute], *, usual: Usual, window: Window) -> Glance:
    """The figures and the sentence that says them."""
    n, judged = sum(one.n for one in minutes), sum(one.n_judged for one in minutes)
    unhappy, urgent = sum(one.n_unhappy for one in minutes), sum(one.n_urgent for one in minutes)
    volume = _volume(n, usual=usual, window=window)
    share = _share(unhappy, judged, usual=usual, window=window)
    return Glance(
        n=n,
        n_judged=judged,
        n_unhappy=unhappy,
        n_urgent=urgent,
        figures=[volume, share, _urgent(urgent, n=n, window=window)],
        sentence=_say(n, volume=volume, share=share),
    )


def _volume(n: int, *, usual: Usual, window: Window) -> NowFigure:
    language = window.state.language
    figure = NowFigure(
        code="voices",
        label=_("Voices in the last 60 minutes"),
        value=numbers.count(n, language=language),
        href=window.url(),
        n=n,
        definition=_(
            "Voices that count in figures; usual: the same minutes and weekday in up to eight weeks before."
        ),
    )
    if not usual.is_known:
        return _with(figure, usual=_("Too few weeks to say what is usual."))
    low, high = (int(bound[0]) for bound in count_band([usual.mean], size=[usual.size], share=_BAND))
    tails = count_tails([n], expected=[usual.mean], size=[usual.size])
    verdict: Verdict = "no_real_change"
    if tails.rise[0] < _SURE / 2:
        verdict = "rise"
    elif tails.fall[0] < _SURE / 2:
        verdict = "fall"
    words = _("usual %(mean)s (%(low)s – %(high)s)") % {
        "mean": numbers.plain(usual.mean, digits=0 if usual.mean >= 10 else 1),
        "low": numbers.count(low, language=language),
        "high": numbers.count(high, language=language),
    }
    return _with(figure, usual=words, verdict=verdict)


def _share(unhappy: int, judged: int, *, usual: Usual, window: Window) -> NowFigure:
    now = proportion([unhappy], [judged])
    found = now.one()
    figure = NowFigure(
        code="unhappy",
        label=_("Unhappy share"),
        value=numbers.percent(found.value),
        href=window.url(sentiment="negative"),
        n=judged,
        interval="" if found.low is None else f"{numbers.percent(found.low)} – {numbers.percent(found.high)}",
        definition=_(
            "Negative voices of those that show a sentiment (n), with Wilson's interval; usual as beside."
        ),
    )
    if not usual.is_known or not usual.n_judged:
        return _with(figure, usual=_("Too few weeks to say what is usual."))
    before = proportion([usual.n_unhappy], [usual.n_judged])
    verdict = changes(now, before)[0].verdict
    words = _("usual %(share)s (n = %(n)s)") % {
        "share": numbers.percent(before.one().value),
        "n": numbers.count(usual.n_judged, language=window.state.language),
    }
    tone: Tone = "bad" if verdict == "rise" else "good" if verdict == "fall" else "none"
    return _with(figure, usual=words, verdict=verdict, tone=tone)


def _urgent(urgent: int, *, n: int, window: Window) -> NowFigure:
    return NowFigure(
        code="urgent",
        label=_("Cannot wait"),
        value=numbers.count(urgent, language=window.state.language),
        href=window.url(urgency=2),
        n=n,
        definition=_("Voices of these minutes to be read today or now: urgency 2 and 3."),
    )


def _with(figure: NowFigure, *, usual: str, verdict: Verdict = "unknown", tone: Tone = "none") -> NowFigure:
    return NowFigure(
        code=figure.code,
        label=figure.label,
        value=figure.value,
        href=figure.href,
        definition=figure.definition,
        n=figure.n,
        interval=figure.interval,
        usual=usual,
        verdict=verdict,
        tone=tone,
    )


def _say(n: int, *, volume: NowFigure, share: NowFigure) -> str:
    """The answer as a sentence."""
    if not n:
        return _("Nobody has said anything in the last 60 minutes.")
    if share.verdict == "rise":
        return _("More unhappy voices than usual at this hour: %(share)s of the %(n)s that judge.") % {
            "share": share.value,
            "n": share.n,
        }
    if volume.verdict == "rise":
        return _("More voices than usual at this hour: %(n)s.") % {"n": volume.value}
    if volume.verdict == "fall":
        return _("Fewer voices than usual at this hour: %(n)s.") % {"n": volume.value}
    if share.verdict == "unknown" and volume.verdict == "unknown":
        return _("Voices in the last 60 minutes: %(n)s.") % {"n": volume.value}
    return _("As usual at this hour: %(n)s voices, unhappy share %(share)s.") % {
        "n": volume.value,
        "share": share.value,
    }
