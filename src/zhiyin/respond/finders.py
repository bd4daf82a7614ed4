"""What the command palette finds of cases."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from zhiyin.console.navigation import Found
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.queries import CaseFilter, select_cases

_LEAST_CHARACTERS = 2
_MAX_CASES = 6


def find_cases(request: HttpRequest, text: str) -> Iterator[Found]:
    """Cases whose number or title holds the text, of the units that the visitor may see."""
    visitor = visitor_of(request)
    if len(text) < _LEAST_CHARACTERS or not visitor.may(Permission.CASES_READ):
        return
    scope = visitor.scope_for(Permission.CASES_READ)
    for case in select_cases(scope=scope, filter=CaseFilter(text=text))[:_MAX_CASES]:
        yield Found(name=case.title, hint=case.number, url=reverse("case", args=[case.number]))
