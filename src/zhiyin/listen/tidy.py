"""Makes any string storable: lone surrogates replaced, control characters gone."""

from __future__ import annotations

import re

# C0 and C1 controls, except tab, line feed and carriage return; NUL would break PostgreSQL.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Orders and ends of orders to turn the direction of writing: in a line they would turn what stands around it.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def tidy_text(text: str) -> str:
    """The same object where nothing had to go; U+FFFD in place of a lone surrogate."""
    if text.isprintable():  # one quick pass in C clears nearly every text
        return text
    return _CONTROLS.sub("", replace_surrogates(text))


def replace_surrogates(text: str) -> str:
    """A pair of halves becomes its one sign, a half alone U+FFFD."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def tidy_line(text: str) -> str:
    """`tidy_text` in one line: no breaks, no turns of direction, no outer spaces."""
    tidied = tidy_text(text)
    if not tidied.isprintable():
        tidied = " ".join(_TURNS.sub("", tidied).split())
    return tidied.strip()
