"""What can go wrong with segments."""

from __future__ import annotations

from zhiyin.errors import Conflict, NotFound


class SegmentNotFound(NotFound):
    """There is no such segment, version or snapshot."""


class SegmentChanged(Conflict):
    """Somebody else changed it meanwhile."""
