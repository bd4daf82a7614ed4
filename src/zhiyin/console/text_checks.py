"""The check of texts that go to customers: a higher room registers it in its `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedField:
    """A field of a form whose text goes to customers: its name there, its id on the page, its label."""

    name: str
    id_for_label: str
    label: str | StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCheck:
    """How a text is checked. `styles`: a static file for the page. `draw` may draw nothing."""

    styles: str
    draw: Callable[[HttpRequest, CheckedField], SafeString]
    is_forbidden: Callable[[str], bool]


_checks: list[TextCheck] = []


def register_text_check(check: TextCheck) -> None:
    """Stands beside every field that asks for it; a second one replaces the first."""
    _checks[:] = [check]


def draw_checks(request: HttpRequest, fields: Sequence[CheckedField]) -> dict[str, object]:
    """What a page puts beside its fields: `checks`, and the `check_styles` they need; both may be empty."""
    drawn = [part for check in _checks for one in fields if (part := check.draw(request, one))]
    return {"checks": drawn, "check_styles": _checks[0].styles if drawn else ""}


def is_forbidden(text: str) -> bool:
    """Whether the text must not go to customers as it is; False where nobody checks."""
    return any(check.is_forbidden(text) for check in _checks)
