"""What causes, severities, dates and ways are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.respond.flow.kinds import Cause, Way

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

CAUSE_NAMES: Mapping[Cause, StrPromise] = {
    Cause.EXPECTATION: _("Wrong expectation"),
    Cause.PRODUCT: _("Fault of the product"),
    Cause.SERVICE: _("Fault of the service"),
}

SEVERITY_NAMES: Mapping[int, StrPromise] = {
    1: _("1 light"),
    2: _("2 middling"),
    3: _("3 serious"),
    4: _("4 grave"),
}

WAY_NAMES: Mapping[Way, StrPromise] = {
    Way.PAGE: _("On their page"),
    Way.PHONE: _("By phone"),
    Way.MESSAGE: _("By message"),
    Way.MAIL: _("By e-mail"),
    Way.LETTER: _("By letter"),
    Way.IN_PERSON: _("In person"),
}

# The dates of ISO 10002 in order: column of the case, and what the page calls it.
DATE_NAMES: tuple[tuple[str, StrPromise], ...] = (
    ("opened_at", _("Received")),
    ("acknowledged_at", _("Customer knows")),
    ("assessed_at", _("Assessed")),
    ("investigated_at", _("Looked into")),
    ("answered_at", _("Answered")),
    ("communicated_at", _("Decision told")),
    ("closed_at", _("Closed")),
)


def say_cause(cause: str) -> str:
    """Its name; empty for none."""
    return str(CAUSE_NAMES[Cause(cause)]) if cause else ""


def say_severity(severity: int) -> str:
    """Its name; empty while nobody assessed."""
    return str(SEVERITY_NAMES.get(severity, ""))


def say_way(way: str) -> str:
    """Its name; empty for none."""
    return str(WAY_NAMES[Way(way)]) if way else ""
