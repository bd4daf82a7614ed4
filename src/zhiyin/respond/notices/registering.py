"""What notices add to the room: the bell, and a hook at the steps of cases."""

from __future__ import annotations

from zhiyin.console.header import register_part
from zhiyin.people.exporting.services import on_answered, on_asked
from zhiyin.respond import hooks
from zhiyin.respond.notices.bell import draw_bell
from zhiyin.respond.notices.exports import tell_approvers, tell_asker
from zhiyin.respond.notices.listening import tell_people


def register() -> None:
    """Called once, when the app is ready."""
    register_part("notices", draw_bell)
    hooks.after_telling(tell_people)
    on_asked.append(tell_approvers)
    on_answered.append(tell_asker)
