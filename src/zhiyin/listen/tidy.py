"""Makes any string storable: lone surrogates replaced, control characters gone."""

from __future__ import annotations

import re

# C0 and C1 controls, except tab, line feed and carriage return; NUL would break PostgreSQL.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
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
    """`tidy_text`, without line breaks and outer spaces; the same object where nothing had to go."""
    tidied = tidy_text(text)
    if not tidied.isprintable():
        tidied = " ".join(tidied.split())
    return tidied.strip()
