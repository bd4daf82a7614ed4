"""Short messages after something was done, with the way back where there is one."""

from __future__ import annotations

from typing import Literal

from django.contrib import messages
from django.http import HttpRequest

Tone = Literal["good", "info", "bad"]
_LEVELS: dict[Tone, int] = {"good": messages.SUCCESS, "info": messages.INFO, "bad": messages.ERROR}


def tell(request: HttpRequest, text: str, *, tone: Tone = "good", undo_url: str = "") -> None:
    """Shows `text` on the next answer; `undo_url` is posted to by its button "Undo"."""
    messages.add_message(request, _LEVELS[tone], text, extra_tags=undo_url, fail_silently=True)
