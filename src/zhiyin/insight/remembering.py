"""Keeps answers that take long for a short while, by what was asked and by whom it may be seen."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import TypeVar

from zhiyin.insight.state import ViewState
from zhiyin.listen.api import open_lake
from zhiyin.people.caches import forgets

T = TypeVar("T")

SECONDS = 60.0
FEW_VOICES = 20_000
"""Of so many voices even the drivers with their intervals are found in a fifth of a second."""
_MOST = 128
_Key = tuple[object, ...]
_kept: OrderedDict[_Key, tuple[float, object]] = OrderedDict()
_lock = Lock()


def is_small_lake() -> bool:
    """Whether there are so few voices that any page stands at once; looked up once a minute."""
    key: _Key = ("small lake", id(open_lake()))
    found = _kept.get(key)
    if found is not None and time.monotonic() - found[0] <= SECONDS:
        return bool(found[1])
    with closing(open_lake().connect("feedback")) as connection:
        row = connection.execute("SELECT count(*) FROM feedback").fetchone()
    is_small = row is None or row[0] <= FEW_VOICES
    _keep(key, is_small)
    return is_small


def find_remembered(
    name: str, *, state: ViewState, kind: type[T], extras: tuple[object, ...] = ()
) -> T | None:
    """The answer if it was given in the last minute, else None."""
    found = _kept.get(_key(name, state=state, extras=extras))
    if found is None or time.monotonic() - found[0] > SECONDS or not isinstance(found[1], kind):
        return None
    return found[1]


def remembered(name: str, *, state: ViewState, make: Callable[[], T], extras: tuple[object, ...] = ()) -> T:
    """The answer, at most a minute old; `make` gives it anew.

    It stands for the asker's scope, period, unit, filter, language and day, and for `extras`.
    """
    key = _key(name, state=state, extras=extras)
    found = _kept.get(key)
    if found is not None and time.monotonic() - found[0] <= SECONDS:
        return found[1]  # type: ignore[return-value]  # the name says which type it is
    answer = make()
    _keep(key, answer)
    return answer


def _keep(key: _Key, answer: object) -> None:
    with _lock:
        _kept[key] = (time.monotonic(), answer)
        _kept.move_to_end(key)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def _key(name: str, *, state: ViewState, extras: tuple[object, ...]) -> _Key:
    return (
        name,
        # Another home is another company.
        id(open_lake()),
        state.scope.unit_ids,
        state.query(),
        state.language,
        state.zone.key,
        state.now.astimezone(state.zone).date(),
        *extras,
    )


@forgets
def forget() -> None:
    """Remember nothing of what was found."""
    with _lock:
        _kept.clear()
