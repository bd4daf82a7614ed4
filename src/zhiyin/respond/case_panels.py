"""What rooms above add to the page of a case, registered as data in their `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhiyin.respond.models import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """A part of the page of one case: `template`, drawn with what `build` gives, left out if empty."""

    name: str
    template: str
    build: Callable[[Case], Mapping[str, object]]


_panels: dict[str, CasePanel] = {}


def register(*panels: CasePanel) -> None:
    """Adds to the pages of cases. The same name again replaces what was there."""
    _panels.update({panel.name: panel for panel in panels})


def draw_panels(request: HttpRequest, case: Case) -> list[SafeString]:
    """The panels of this case, in the order of their registration."""
    built = ((panel, panel.build(case)) for panel in _panels.values())
    return [
        render_to_string(panel.template, dict(content), request=request)
        for panel, content in built
        if content
    ]
