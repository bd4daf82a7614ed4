"""Remembers over the death of the process which message was being analysed, to find one that kills."""

from __future__ import annotations

import os
from pathlib import Path


class DeathRecord:
    """A small file in the home; used only by whoever has the pipeline's turn.

    An error that is raised is no death: only a process that ends in the middle leaves its mark.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "pipeline.analysing"

    def read(self) -> tuple[int, int]:
        """The message with which the last analysis began that never ended, and how often it did not."""
        try:
            first, n_deaths = self._path.read_text().split()
            return int(first), int(n_deaths)
        except (FileNotFoundError, ValueError):
            return 0, 0

    def begin(self, first_sequence: int) -> None:
        """Mark that messages from this one on are being analysed."""
        marked, n_deaths = self.read()
        n_next = n_deaths + 1 if marked == first_sequence else 1
        temporary = self._path.with_suffix(".new")
        temporary.write_text(f"{first_sequence} {n_next}")
        os.replace(temporary, self._path)

    def end(self) -> None:
        """The analysis ended, well or with an error."""
        self._path.unlink(missing_ok=True)
