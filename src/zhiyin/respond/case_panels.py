"""What rooms above add to the page of a case, registered as data in their `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhiyin.respond.models import Case

Place = Literal["top", "main", "side"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """A part of the page of one case: `template`, drawn with what `build` gives, left out if empty.

    `place`: `top` above everything, `main` under the answer, `side` beside it.
    """

    name: str
    template: str
    build: Callable[[Case, HttpRequest], Mapping[str, object]]
    place: Place = "side"


_panels: dict[str, CasePanel] = {}


def register(*panels: CasePanel) -> None:
    """Adds to the pages of cases. The same name again replaces what was there."""
    _panels.update({panel.name: panel for panel in panels})


def draw_panels(request: HttpRequest, case: Case) -> dict[Place, list[SafeString]]:
    """The panels of this case by place, in the order of their registration."""
    drawn: dict[Place, list[SafeString]] = {"top": [], "main": [], "side": []}
    for panel in _panels.values():
        if content := panel.build(case, request):
            drawn[panel.place].append(render_to_string(panel.template, dict(content), request=request))
    return drawn
