"""What counting effort adds: hooks at the steps of a case."""

from __future__ import annotations

from zhiyin.respond import hooks
from zhiyin.respond.effort.writing import keep_together, note_effort


def register() -> None:
    """Called once, when the app is ready."""
    hooks.after_telling(note_effort)
    hooks.after_telling(keep_together)
