"""Says on a page, in its language, what a door of this room refused and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.errors import Conflict, ZhiyinError
from zhiyin.people.errors import (
    AccountExists,
    AccountNeeded,
    KeyExists,
    LastOwner,
    UnitExists,
    UnitMoveImpossible,
    WeakPassword,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# The first that fits is said, so the narrower stand before the wider.
_WORDS: tuple[tuple[type[ZhiyinError], StrPromise], ...] = (
    (UnitExists, _("This code belongs to another unit. Choose another.")),
    (
        UnitMoveImpossible,
        _("That does not fit the tree: a unit cannot stand below itself, and the company is its root."),
    ),
    (AccountExists, _("Somebody signs in with this name already. Choose another.")),
    (LastOwner, _("This is the last owner. Make somebody else an owner first.")),
    (KeyExists, _("A key of this name is in use. Revoke it first, or choose another name.")),
    (Conflict, _("It was changed meanwhile, so nothing was done. Look at it again.")),
)


def problem_words(error: ZhiyinError) -> str:
    """What happened and what to do next."""
    if isinstance(error, WeakPassword):
        return " ".join(error.reasons)
    if isinstance(error, AccountNeeded):
        return " ".join(one.text for one in error.objections)
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return str(words)
    return str(_("This cannot be used. Change it."))
