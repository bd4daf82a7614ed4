"""Whether there are really more of something than before."""

from __future__ import annotations

from zhiyin.measure.comparison import Change, Verdict
from zhiyin.measure.estimate import CONFIDENCE
from zhiyin.measure.proportions import proportion


def count_change(now: int, before: int, *, confidence: float = CONFIDENCE) -> Change:
    """Relative change of a count between two periods of one length: 0.25 is a quarter more.

    Formula: given their sum, `now` is binomial with share r / (1 + r), r the ratio of the rates; so the
    bounds p of that share (Wilson) give those of the change as p / (1 − p) − 1.
    Valid range: counts of events that come independently; events that come in bursts vary more, so
    the interval then errs on the narrow side. Small samples: as good as Wilson's; without anything
    before nothing can be said (`unknown`), and `high` is None where `now` could be everything.
    Source: J. Przyborowski, H. Wilenski (1940), Biometrika 31(3/4):313–323, doi:10.1093/biomet/31.3-4.313.

    >>> change = count_change(150, 100)
    >>> change.verdict, round(change.low, 2), change.value, round(change.high, 2)
    ('rise', 0.17, 0.5, 0.93)
    >>> count_change(104, 100).verdict, count_change(9, 0).verdict
    ('no_real_change', 'unknown')

    Raises:
        InvalidInput: a count is negative.
    """
    share = proportion(now, now + before, confidence=confidence).one()
    if not before or share.low is None or share.high is None:
        return Change(value=None, low=None, high=None, verdict="unknown", n_before=before)
    low, high = (bound / (1 - bound) - 1 if bound < 1 else None for bound in (share.low, share.high))
    verdict: Verdict = "no_real_change"
    if low is not None and low > 0:
        verdict = "rise"
    elif high is not None and high < 0:
        verdict = "fall"
    return Change(value=now / before - 1, low=low, high=high, verdict=verdict, n_before=before)
