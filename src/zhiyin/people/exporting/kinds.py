"""How a request for a large file stands."""

from __future__ import annotations

from enum import StrEnum


class ExportState(StrEnum):
    """A request waits, is answered, and ends once its file was fetched."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"
