"""Reads segments, their versions and snapshots."""

from __future__ import annotations

from zhiyin.customers.models import Segment, SegmentSnapshot, SegmentVersion
from zhiyin.customers.segments.errors import SegmentNotFound


def list_segments() -> list[Segment]:
    """All segments by name, with who changed them. One query."""
    return list(Segment.objects.filter(deleted_at=None).select_related("changed_by").order_by("name", "pk"))


def get_segment(segment_id: int, *, is_deleted: bool = False) -> Segment:
    """The segment of that id.

    Raises:
        SegmentNotFound: there is none, or it was deleted.
    """
    rows = Segment.objects.filter(pk=segment_id, deleted_at__isnull=not is_deleted)
    segment = rows.select_related("changed_by").first()
    if segment is None:
        raise SegmentNotFound("There is no such segment.", next_step="See the list of segments.")
    return segment


def list_versions(segment: Segment) -> list[SegmentVersion]:
    """Its versions, the newest first."""
    return list(segment.versions.select_related("made_by").order_by("-number"))


def get_version(segment: Segment, *, number: int) -> SegmentVersion:
    """Its version of that number.

    Raises:
        SegmentNotFound: there is none.
    """
    found = segment.versions.filter(number=number).first()
    if found is None:
        raise SegmentNotFound(f"The segment has no version {number}.")
    return found


def list_snapshots(segment: Segment) -> list[SegmentSnapshot]:
    """What was fixed of it, the newest first."""
    return list(segment.snapshots.select_related("taken_by").order_by("-taken_at", "-pk"))


def get_snapshot(segment: Segment, *, snapshot_id: int) -> SegmentSnapshot:
    """Its snapshot of that id.

    Raises:
        SegmentNotFound: there is none.
    """
    found = segment.snapshots.filter(pk=snapshot_id).first()
    if found is None:
        raise SegmentNotFound("The segment has no such snapshot.")
    return found
