"""Changes segments: saves with a version each, goes back, deletes, takes snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
from django.db import transaction

from zhiyin.customers.models import Segment, SegmentSnapshot, SegmentVersion
from zhiyin.customers.segments.definition import Group, check_definition, write_definition
from zhiyin.customers.segments.errors import SegmentChanged, SegmentNotFound
from zhiyin.customers.segments.members import (
    SEGMENT_MEMBERS,
    choose_of,
    count_chosen,
    list_keys,
    open_customers,
)
from zhiyin.customers.segments.queries import get_segment, get_version
from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope

MAX_NAME = 80
MAX_DESCRIPTION = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSegment:
    """What somebody wants a segment to be."""

    name: str
    definition: Group
    description: str = ""


def save_segment(
    wanted: WantedSegment,
    *,
    by: Account | None,
    now: datetime,
    segment_id: int | None = None,
    seen_version: int | None = None,
) -> Segment:
    """The segment, new or changed; every change is a version. `seen_version` is the one that was changed.

    Raises:
        InvalidInput: no name, or a definition that cannot be. SegmentNotFound: there is none of that id.
        SegmentChanged: somebody changed it after `seen_version`.
    """
    name = " ".join(wanted.name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInput(f"A segment needs a name of at most {MAX_NAME} signs.", field="name")
    if len(wanted.description) > MAX_DESCRIPTION:
        raise InvalidInput(f"The description has at most {MAX_DESCRIPTION} signs.", field="description")
    check_definition(wanted.definition)
    with transaction.atomic():
        segment = _lock(segment_id, seen_version=seen_version) if segment_id else Segment(version=0)
        segment.name, segment.description = name, wanted.description.strip()
        segment.definition = write_definition(wanted.definition)
        return _keep(segment, by=by, now=now)


def restore_version(segment_id: int, *, number: int, by: Account | None, now: datetime) -> Segment:
    """The segment as it was in that version, as a new version.

    Raises:
        SegmentNotFound: there is no such segment or version.
    """
    with transaction.atomic():
        segment = _lock(segment_id)
        old = get_version(segment, number=number)
        segment.name, segment.description = old.name, old.description
        segment.definition = old.definition
        return _keep(segment, by=by, now=now)


def delete_segment(segment_id: int, *, now: datetime) -> Segment:
    """Out of every list; `restore_segment` brings it back.

    Raises:
        SegmentNotFound: there is none.
    """
    segment = get_segment(segment_id)
    segment.deleted_at = now
    segment.save(update_fields=["deleted_at"])
    return segment


def restore_segment(segment_id: int) -> Segment:
    """Back again after `delete_segment`.

    Raises:
        SegmentNotFound: there is none.
    """
    segment = get_segment(segment_id, is_deleted=True)
    segment.deleted_at = None
    segment.save(update_fields=["deleted_at"])
    return segment


def take_snapshot(
    segment: Segment, *, engine: Engine, scope: Scope, by: Account | None, now: datetime
) -> SegmentSnapshot:
    """Fix who is in the segment at `now`, as far as the scope sees.

    Raises:
        Unavailable: the lake does not answer; nothing was fixed.
    """
    with open_customers(engine, scope=scope, now=now) as connection:
        choice = choose_of(segment, now=now)
        n_customers = count_chosen(connection, choice).n
        keys = list_keys(connection, choice)["customer_key"]
    with transaction.atomic():
        snapshot = SegmentSnapshot.objects.create(
            segment=segment, version=segment.version, n_customers=n_customers, taken_by=by, taken_at=now
        )
        n_rows = len(keys)
        rows = pa.table(
            {
                "snapshot_id": pa.array([snapshot.pk] * n_rows, pa.int64()),
                "customer_key": keys,
                "day": pa.array([now.astimezone(UTC).date()] * n_rows, pa.date32()),
            }
        )
        # An id may be given out again after a crash between the two stores.
        engine.lake.delete(SEGMENT_MEMBERS.name, where=f"snapshot_id = {snapshot.pk}")
        engine.lake.append(SEGMENT_MEMBERS.name, rows)
    return snapshot


def delete_snapshot(snapshot: SegmentSnapshot, *, engine: Engine) -> None:
    """Forget the snapshot and its members."""
    with transaction.atomic():
        number = snapshot.pk
        snapshot.delete()
        engine.lake.delete(SEGMENT_MEMBERS.name, where=f"snapshot_id = {number}")


def _lock(segment_id: int, *, seen_version: int | None = None) -> Segment:
    segment = Segment.objects.select_for_update().filter(pk=segment_id, deleted_at=None).first()
    if segment is None:
        raise SegmentNotFound("There is no such segment.", next_step="See the list of segments.")
    if seen_version is not None and segment.version != seen_version:
        raise SegmentChanged(
            f"Somebody else changed “{segment.name}” meanwhile.",
            next_step="Open it again, and make your change there.",
        )
    return segment


def _keep(segment: Segment, *, by: Account | None, now: datetime) -> Segment:
    segment.version += 1
    segment.changed_by, segment.changed_at = by, now
    segment.save()
    SegmentVersion.objects.create(
        segment=segment,
        number=segment.version,
        name=segment.name,
        description=segment.description,
        definition=segment.definition,
        made_by=by,
        made_at=now,
    )
    return segment
