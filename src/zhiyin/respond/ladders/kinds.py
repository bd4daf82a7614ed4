"""Whom a rung of a ladder means, and what it does."""

from __future__ import annotations

from enum import StrEnum


class Whom(StrEnum):
    """Whom the rung means, seen from the owner of the case at that moment."""

    OWNER = "owner"
    ABOVE = "above"
    """Who stands above the owner."""
    HIGHER = "higher"
    """Two levels above."""
    TOP = "top"
    """As high as it goes: an owner of the installation."""


class Deed(StrEnum):
    """What the rung does."""

    TELL = "tell"
    HAND_OVER = "hand_over"
    """The case goes to them; it counts as an escalation."""


class Result(StrEnum):
    """What came of a rung."""

    TOLD = "told"
    HANDED_OVER = "handed_over"
    NOBODY = "nobody"
    """Nobody stands so high; the owner was told instead."""
    PASSED = "passed"
    """A higher rung had come as well before this one was taken, as after a standstill: nobody was told."""
