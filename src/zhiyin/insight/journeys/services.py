"""Makes, changes, publishes and deletes maps; every change is a version with its author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction
from msgspec.structs import replace

from zhiyin.errors import Conflict, NotFound
from zhiyin.insight.journeys.document import JourneyDocument
from zhiyin.insight.journeys.editing import clean_name
from zhiyin.insight.journeys.queries import get_map, get_version, read_version
from zhiyin.insight.models import JourneyMap, JourneyVersion
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.services.audit import record_event

Change = Callable[[JourneyDocument], JourneyDocument]


class MapMoved(Conflict):
    """Somebody else changed the map since it was looked at."""


def create_map(
    document: JourneyDocument, *, account: Account, by: Actor, now: datetime, is_import: bool = False
) -> JourneyMap:
    """The new map, as a draft.

    Raises:
        InvalidInput: it has no name.
    """
    named = replace(document, name=clean_name(document.name))
    code = "imported" if is_import else "created"
    with transaction.atomic():
        row = JourneyMap.objects.create(name=named.name, draft=1, created_at=now)
        _add_version(row, named, number=1, parent=0, code=code, about=named.name, account=account, now=now)
        record_event(f"journey.{code}", by=by, target=("journey", row.name))
    return row


def change_map(
    map_id: int,
    change: Change,
    *,
    based_on: int,
    code: str,
    about: str,
    account: Account,
    by: Actor,
    now: datetime,
) -> JourneyMap:
    """The map with the change as its next draft; nothing is stored where the change changes nothing.

    `based_on` is the version that the person saw.

    Raises:
        NotFound: no such map or part. MapMoved: the draft is another by now. InvalidInput: see `editing`.
    """
    with transaction.atomic():
        row = _locked(map_id, based_on=based_on)
        before = read_version(get_version(row, row.draft))
        after = change(before)
        if after == before:
            return row
        _append(row, after, code=code, about=about, account=account, now=now)
        record_event("journey.changed", by=by, target=("journey", row.name), details={"part": about})
    return row


def undo_change(map_id: int, *, based_on: int, by: Actor) -> JourneyMap:
    """The draft is the version before its last change again; the changed one stays in the history.

    Raises:
        NotFound: no such map, or nothing to undo. MapMoved: the draft is another by now.
    """
    with transaction.atomic():
        row = _locked(map_id, based_on=based_on)
        parent = get_version(row, row.draft).parent
        _point_to(row, get_version(row, parent))
        record_event("journey.undone", by=by, target=("journey", row.name), details={"number": parent})
    return row


def redo_change(map_id: int, *, based_on: int, by: Actor) -> JourneyMap:
    """The draft is the change that was undone last again.

    Raises:
        NotFound: no such map, or nothing was undone. MapMoved: the draft is another by now.
    """
    with transaction.atomic():
        row = _locked(map_id, based_on=based_on)
        after = row.versions.filter(parent=row.draft).order_by("-number").first()
        if after is None:
            raise NotFound("There is no change to do again.")
        _point_to(row, after)
        record_event("journey.redone", by=by, target=("journey", row.name), details={"number": after.number})
    return row


def restore_version(
    map_id: int, number: int, *, based_on: int, account: Account, by: Actor, now: datetime
) -> JourneyMap:
    """A new draft that is what the version `number` was.

    Raises:
        NotFound: no such map or version. MapMoved: the draft is another by now.
    """
    old = read_version(get_version(get_map(map_id), number))
    return change_map(
        map_id,
        lambda _draft: old,
        based_on=based_on,
        code="version_restored",
        about=str(number),
        account=account,
        by=by,
        now=now,
    )


def publish_map(map_id: int, *, based_on: int, by: Actor) -> JourneyMap:
    """The draft is what everybody sees from now on.

    Raises:
        NotFound: no such map. MapMoved: the draft is another by now.
    """
    with transaction.atomic():
        row = _locked(map_id, based_on=based_on)
        if row.published != row.draft:
            row.published = row.draft
            row.save(update_fields=["published"])
            details = {"number": row.draft}
            record_event("journey.published", by=by, target=("journey", row.name), details=details)
    return row


def delete_map(map_id: int, *, by: Actor, now: datetime) -> JourneyMap:
    """Takes the map from the list; `restore_map` brings it back.

    Raises:
        NotFound: no such map.
    """
    with transaction.atomic():
        row = get_map(map_id)
        row.deleted_at = now
        row.save(update_fields=["deleted_at"])
        record_event("journey.deleted", by=by, target=("journey", row.name))
    return row


def restore_map(map_id: int, *, by: Actor) -> JourneyMap:
    """The deleted map, back again.

    Raises:
        NotFound: no such deleted map.
    """
    with transaction.atomic():
        row = get_map(map_id, is_deleted=True)
        row.deleted_at = None
        row.save(update_fields=["deleted_at"])
        record_event("journey.restored", by=by, target=("journey", row.name))
    return row


def _locked(map_id: int, *, based_on: int) -> JourneyMap:
    row = get_map(map_id, is_locked=True)
    if row.draft != based_on:
        raise MapMoved("Somebody else changed the map in the meantime.", next_step="Look at it again.")
    return row


def _append(
    row: JourneyMap, document: JourneyDocument, *, code: str, about: str, account: Account, now: datetime
) -> None:
    newest = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    try:
        with transaction.atomic():
            made = _add_version(
                row,
                document,
                number=newest + 1,
                parent=row.draft,
                code=code,
                about=about,
                account=account,
                now=now,
            )
    except IntegrityError:  # SQLite locks no row: of two who save at once, one comes second here
        raise MapMoved("Somebody else changed the map in the meantime.", next_step="Look again.") from None
    _point_to(row, made)


def _add_version(
    row: JourneyMap,
    document: JourneyDocument,
    *,
    number: int,
    parent: int,
    code: str,
    about: str,
    account: Account,
    now: datetime,
) -> JourneyVersion:
    return JourneyVersion.objects.create(
        map=row,
        number=number,
        parent=parent,
        document=msgspec.to_builtins(document),
        change=code,
        about=about[:80],
        saved_at=now,
        saved_by=account,
    )


def _point_to(row: JourneyMap, version: JourneyVersion) -> None:
    row.draft, row.name = version.number, read_version(version).name
    row.save(update_fields=["draft", "name"])
