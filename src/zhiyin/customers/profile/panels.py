"""What other parts and rooms add to the page of a customer, registered as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhiyin.customers.profile.person import Person
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPanel:
    """A part of the page: `template` with what `build` gives and `person`; left out if that is empty."""

    name: str
    template: str
    permission: Permission
    build: Callable[[HttpRequest, Person], Mapping[str, object]]
    order: int = 100


_panels: dict[str, CustomerPanel] = {}


def register_panels(*panels: CustomerPanel) -> None:
    """Adds to the pages of customers. The same name again replaces what was there."""
    _panels.update({panel.name: panel for panel in panels})


def draw_panels(request: HttpRequest, person: Person) -> list[SafeString]:
    """The panels that the visitor may see, drawn, in order."""
    visitor = visitor_of(request)
    drawn = []
    for panel in sorted(_panels.values(), key=lambda one: (one.order, one.name)):
        content = panel.build(request, person) if visitor.may(panel.permission) else {}
        if content:
            drawn.append(render_to_string(panel.template, {**content, "person": person}, request=request))
    return drawn
