"""Texts whose words judge, and that judge nothing themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTexts:
    """Texts that judge less than their words do.

    `asking` put a question, `untried` are of those who have not been there or bought it yet, `silent` say
    nothing.
    """

    asking: npt.NDArray[np.int64]
    untried: npt.NDArray[np.int64]
    silent: npt.NDArray[np.int64]
