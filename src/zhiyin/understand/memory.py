"""Memory that one batch frees is kept for the next one."""

from __future__ import annotations

from functools import cache

import numpy as np

_KEPT_BYTES = 31 << 20


@cache
def keep_freed_memory() -> None:
    """Have the C library keep freed blocks of some megabytes, once a process.

    A batch makes and frees hundreds of arrays of about a megabyte. The GNU library hands such memory back to
    the system each time, and the next array pays for getting it again: a tenth of all time. It learns to
    keep blocks, up to 32 MB each, from the largest one that was freed; this one is never written to, so
    that it costs nothing. Other libraries take no notice.
    """
    block = np.empty(_KEPT_BYTES, dtype=np.uint8)
    del block
