"""What the flow adds to the room: hooks at the steps, and parts of the page of a case."""

from __future__ import annotations

from zhiyin.respond import hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.flow.joining import bring_forward, erase_person
from zhiyin.respond.flow.merging import refuse_merged
from zhiyin.respond.flow.panels import build_family, build_next, build_top
from zhiyin.respond.flow.steps import note_dates
from zhiyin.respond.services import erasing
from zhiyin.respond.signals.registering import register as register_signals


def register() -> None:
    """Called once, when the app is ready."""
    hooks.before_saving(refuse_merged)
    hooks.before_saving(note_dates)
    hooks.before_saving(bring_forward)
    register_signals()  # cases that open by themselves
    if erase_person not in erasing.also_erased:
        erasing.also_erased.append(erase_person)
    register_panel(
        CasePanel(name="flow", template="respond/flow/_top.html", build=build_top, place="top"),
        CasePanel(name="next", template="respond/flow/_next.html", build=build_next, place="side"),
        CasePanel(name="family", template="respond/flow/_family.html", build=build_family, place="side"),
    )
