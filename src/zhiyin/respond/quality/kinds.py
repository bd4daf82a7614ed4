"""Whom an item of the rubric is about, who judges it, and how an appeal stands."""

from __future__ import annotations

from enum import StrEnum


class About(StrEnum):
    """Whose work an item judges."""

    AGENT = "agent"
    ROBOT = "robot"


class ItemKind(StrEnum):
    """Who judges an item."""

    AUTO = "auto"
    """The machine, by a rule; a person may judge it, too."""
    MANUAL = "manual"
    """People alone."""


class AppealState(StrEnum):
    """How an appeal stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
