"""Keeps the library below NumPy to one thread, where many small matrices are worked on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


def one_thread() -> AbstractContextManager[object]:
    """While it lasts, matrix functions of this process use one thread.

    Threads that wait for each other over matrices of thirty columns cost more than they bring: on two
    busy cores 500 decompositions took 16 s with two threads and 0.07 s with one.
    """
    limits: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limits


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
