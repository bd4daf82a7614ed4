"""What answers on their way out add to the room."""

from __future__ import annotations

from zhiyin.listen.pipeline import erasure
from zhiyin.respond import hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.outbox.erasing import erase_outgoing
from zhiyin.respond.outbox.letters import write_letter
from zhiyin.respond.outbox.panel import build_panel
from zhiyin.respond.outbox.rights import register_rights


def register() -> None:
    """Called once, when the app is ready."""
    hooks.after_telling(write_letter)
    register_panel(CasePanel(name="outgoing", template="respond/outbox/_panel.html", build=build_panel))
    register_rights()
    if erase_outgoing not in erasure.on_erased:
        erasure.on_erased.append(erase_outgoing)
