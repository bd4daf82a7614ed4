"""What clocks add to the room: hooks at the steps, and a part of the page of a case."""

from __future__ import annotations

from zhiyin.respond import hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.clocks.panel import build_panel
from zhiyin.respond.clocks.running import begin_clocks, keep_clocks


def register() -> None:
    """Called once, when the app is ready."""
    hooks.before_saving(keep_clocks)
    hooks.after_telling(begin_clocks)
    register_panel(CasePanel(name="clocks", template="respond/clocks/_panel.html", build=build_panel))
