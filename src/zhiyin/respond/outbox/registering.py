"""What answers on their way out add to the room."""

from __future__ import annotations

from zhiyin.listen.pipeline import erasure
from zhiyin.respond import hooks
from zhiyin.respond.outbox.erasing import erase_outgoing
from zhiyin.respond.outbox.letters import write_letter


def register() -> None:
    """Called once, when the app is ready."""
    hooks.after_telling(write_letter)
    if erase_outgoing not in erasure.on_erased:
        erasure.on_erased.append(erase_outgoing)
