"""Events per so many of something: rates with Garwood's exact interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from zhiyin.measure.estimate import CONFIDENCE, Estimates, counts, normal_quantile


def rate(
    n_events: ArrayLike, exposure: ArrayLike, *, per: float = 100.0, confidence: float = CONFIDENCE
) -> Estimates:
    """Events per `per` of the exposure: 30 answers given while 40 voices came are 75 per 100.

    Formula: per × x / e; bounds per / e × (½ χ²(α/2; 2x), ½ χ²(1 − α/2; 2x + 2)).
    Valid range: events that come independently, and may be more than the exposure, which is taken as
    known; `n` is the exposure. Small samples: exact, so errs on the wide side; NaN without exposure.
    Source: F. Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika
    28(3/4):437–442, doi:10.1093/biomet/28.3-4.437.

    >>> r = rate(10, 1, per=1).one()
    >>> round(r.low, 3), r.value, round(r.high, 3)
    (4.795, 10.0, 18.39)

    Raises:
        InvalidInput: a count is negative.
    """
    events, over = np.broadcast_arrays(counts(n_events, name="n_events"), counts(exposure, name="exposure"))
    normal_quantile(confidence)  # checks the range
    tail = (1 - confidence) / 2
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1), tail), 0.0)
    high = gammaincinv(events + 1, 1 - tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(over > 0, per / over, np.nan)
    return Estimates(value=factor * events, low=factor * low, high=factor * high, n=over.astype(np.float64))
