"""What the brief adds to the page of a case."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.models import Case


def register() -> None:
    """Called once, when the app is ready."""
    register_panel(CasePanel(name="brief", template="respond/brief/_panel.html", build=_build, place="top"))


def _build(case: Case, request: HttpRequest) -> Mapping[str, object]:
    return {"case": case}
