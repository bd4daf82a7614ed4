"""The part of a case's page that offers templates for its answer."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.answer_templates.queries import Offered, list_offered
from zhiyin.respond.models import Case


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The templates that fit; empty where there are none, or nothing to write."""
    if not case.is_open or not visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id):
        return {}
    offered = list_for_case(case)
    return {"case": case, "offered": offered} if offered else {}


def list_for_case(case: Case) -> list[Offered]:
    """The templates for an answer of the case, filled with what is known. One query."""
    is_chinese = not case.language or case.language.startswith("zh")
    return list_offered(
        unit=case.unit,
        case=case,
        channel=case.channel,
        owner=case.owner.public_name,
        is_chinese=is_chinese,
    )
