"""Net sentiment over everything that is spoken of."""

from __future__ import annotations

from zhiyin.insight.board import Figure
from zhiyin.insight.queries.aspects import AspectCounts, Mentions
from zhiyin.insight.queries.overview import Overview
from zhiyin.measure.comparison import changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.net_sentiment import net_sentiment


def overall_net_sentiment(overview: Overview, *, mentions: Mentions) -> Figure:
    """Over all mentions; the interval counts voices, whose mentions go together."""
    estimates = _of_total(mentions.total(), n_judged=overview.voices.n_judged)
    if overview.n_judged_before is None:
        return Figure.of(estimates.one())
    before = _of_total(mentions.total(of_before=True), n_judged=overview.n_judged_before)
    return Figure.of(estimates.one(), change=changes(estimates, before)[0])


def _of_total(total: AspectCounts, *, n_judged: int) -> Estimates:
    # Without a judged voice the mentions themselves are all there is to count.
    return net_sentiment(total.n_positive, total.n_negative, total.n, n_voices=n_judged or total.n)
