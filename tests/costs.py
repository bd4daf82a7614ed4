"""What a call costs, judged so that a busy machine does not decide it.

A cost is processor time with the collector of garbage at rest, and the judgement takes the best of
several tries: noise only adds, so a call that is cheap is cheap once, and one that is not never is.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

N_TRIES = 5
# Below this, the clock and the caches decide, not the call.
NOT_WORTH_MEASURING_SECONDS = 0.05


def processor_seconds(call: Callable[[], object]) -> float:
    """Processor seconds of one call, this thread and the others of the process."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        started = time.process_time()
        call()
        return time.process_time() - started
    finally:
        if was_enabled:
            gc.enable()


def costs_at_most(seconds: float, call: Callable[[], object]) -> bool:
    """Whether one of several tries needs no more than `seconds` of the processor."""
    return any(processor_seconds(call) <= seconds for _ in range(N_TRIES))


def grows_at_most(factor: float, small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Whether `large` costs at most `factor` times what `small` costs, in one of several tries.

    Both keep their least cost over the tries; a large call too cheap to measure passes.
    """
    least_small = least_large = float("inf")
    for _ in range(N_TRIES):
        least_large = min(least_large, processor_seconds(large))
        if least_large <= NOT_WORTH_MEASURING_SECONDS:
            return True
        least_small = min(least_small, processor_seconds(small))
        if least_large <= factor * least_small:
            return True
    return False
