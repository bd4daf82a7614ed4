"""Who has to agree, as a table says it: `above > owner` in turn, `above + owner` at once."""

from __future__ import annotations

import re

_WHO = re.compile(r"above|owner|@[\w.@+-]{1,150}")
MOST = 6


def read_steps(text: str) -> list[list[str]] | None:
    """The steps in turn, each with those asked at once; empty for no text, None where it cannot be read.

    `above`: whoever stands above the owner of the case; `owner`: an owner of the installation; `@name`:
    that account.
    """
    if not text.strip():
        return []
    steps = [[who.strip() for who in step.split("+")] for step in text.split(">")]
    names = [who for step in steps for who in step]
    is_readable = len(names) <= MOST and all(_WHO.fullmatch(who) for who in names)
    return steps if is_readable else None
