"""What ends together with a case, such as a promised call: named before somebody closes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhiyin.respond.models import Case

Lister = Callable[[Case], Sequence[str]]

_listers: list[Lister] = []


def register(lister: Lister) -> None:
    """Adds what a package calls off with its case, in the language of the page.

    Registered in `AppConfig.ready`, once; again, it changes nothing.
    """
    if lister not in _listers:
        _listers.append(lister)


def list_what_ends(case: Case) -> list[str]:
    """What is called off when the case ends now."""
    return [one for lister in _listers for one in lister(case)]
