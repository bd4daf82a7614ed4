"""Reads maps and their versions. Maps are the company's: every reader of figures sees the published ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from zhiyin.errors import NotFound
from zhiyin.insight.journeys.document import JourneyDocument
from zhiyin.insight.models import JourneyMap, JourneyVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """One map of the list, in the version that the reader sees."""

    map: JourneyMap
    name: str
    n_stages: int
    n_touchpoints: int
    n_personas: int
    changed_at: datetime
    changed_by: str

    @property
    def has_draft(self) -> bool:
        """Whether editors see something else than all others."""
        return self.map.draft != self.map.published


def get_map(map_id: int, *, is_deleted: bool = False, is_locked: bool = False) -> JourneyMap:
    """The map.

    Raises:
        NotFound: there is none of that id, or it is deleted (with `is_deleted`: it is not).
    """
    rows = JourneyMap.objects.select_for_update() if is_locked else JourneyMap.objects.all()
    row = rows.filter(pk=map_id, deleted_at__isnull=not is_deleted).first()
    if row is None:
        raise NotFound("There is no such journey map.")
    return row


def get_version(row: JourneyMap, number: int) -> JourneyVersion:
    """One version of the map.

    Raises:
        NotFound: there is none of that number.
    """
    found = row.versions.select_related("saved_by").filter(number=number).first()
    if found is None:
        raise NotFound("There is no such version of the map.")
    return found


def read_version(version: JourneyVersion) -> JourneyDocument:
    """The map as it was."""
    return msgspec.convert(version.document, type=JourneyDocument)


def list_versions(row: JourneyMap) -> list[JourneyVersion]:
    """All versions, the newest first."""
    return list(row.versions.select_related("saved_by").order_by("-number"))


def can_redo(row: JourneyMap) -> bool:
    """Whether a change of the draft was undone."""
    return row.versions.filter(parent=row.draft).exists()


def list_maps(*, with_drafts: bool) -> list[MapLine]:
    """The maps by name; with drafts those that nobody published too, each as its draft."""
    rows = JourneyMap.objects.filter(deleted_at__isnull=True).order_by("name", "pk")
    shown = {row.pk: row.draft if with_drafts else row.published for row in rows}
    versions = {
        (one.map_id, one.number): one
        for one in JourneyVersion.objects.filter(
            map_id__in=shown, number__in=set(shown.values())
        ).select_related("saved_by")
    }
    lines = []
    for row in rows:
        version = versions.get((row.pk, shown[row.pk]))
        if version is not None:
            lines.append(_line(row, version))
    return lines


def _line(row: JourneyMap, version: JourneyVersion) -> MapLine:
    document = read_version(version)
    return MapLine(
        map=row,
        name=document.name,
        n_stages=len(document.stages),
        n_touchpoints=sum(len(stage.touchpoints) for stage in document.stages),
        n_personas=len(document.personas),
        changed_at=version.saved_at,
        changed_by=version.saved_by.get_username() if version.saved_by else "",
    )
