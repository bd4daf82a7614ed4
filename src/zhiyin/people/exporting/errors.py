"""Why a file does not leave."""

from __future__ import annotations

from zhiyin.errors import Forbidden


class FileHeld(Forbidden):
    """The file has more rows than may leave without a second person's yes; `wish` says which it is."""

    def __init__(self, *, wish: str) -> None:
        super().__init__(
            "The file has more rows than one person may take.", next_step="Ask for it, or narrow the list."
        )
        self.wish = wish
