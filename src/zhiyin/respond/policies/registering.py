"""What policies add to the room: a part of the page of a case, and what erasing takes."""

from __future__ import annotations

from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.policies.panel import build_panel


def register() -> None:
    """Called once, when the app is ready."""
    register_panel(
        CasePanel(name="policies", template="respond/policies/_panel.html", build=build_panel, place="main")
    )
