"""Weights and mapping of QSC: read, change, and take the last change back; every version is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.insight.models import QscSettings
from zhiyin.insight.qsc.dimensions import DIMENSIONS, NONE
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

MAX_WEIGHT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How scores are made up; as it stands without settings: equal weights, customers' voice alone.

    `inspection_percent` is the part of inspections in the total, `aspects` what differs from the shipped
    mapping (id → dimension or `none`).
    """

    quality: int = 1
    service: int = 1
    cleanliness: int = 1
    inspection_percent: int = 0
    aspects: Mapping[str, str] = field(default_factory=dict)

    @property
    def weights(self) -> tuple[int, int, int]:
        """In the order of `DIMENSIONS`."""
        return (self.quality, self.service, self.cleanliness)


def read_settings() -> Made:
    """What is in force. One query."""
    newest = QscSettings.objects.order_by("-pk").first()
    return Made() if newest is None else _made(newest)


def change_settings(wanted: Made, *, by: Actor) -> int | None:
    """The number of the version that holds from now on; None where it is the one in force.

    Raises:
        InvalidInput: weights beyond 0 to 100, none above 0, a percentage beyond 100, no such dimension.
    """
    _check(wanted)
    if wanted == read_settings():
        return None
    with transaction.atomic():
        return _keep(wanted, action="qsc.changed", by=by)


def undo_change(version: int, *, by: Actor) -> bool:
    """Whether the version, if it is still the one in force, gave way to the one before it."""
    with transaction.atomic():
        newest = list(QscSettings.objects.select_for_update().order_by("-pk")[:2])
        if not newest or newest[0].pk != version:
            return False
        _keep(_made(newest[1]) if len(newest) > 1 else Made(), action="qsc.restored", by=by)
        return True


def _keep(wanted: Made, *, action: str, by: Actor) -> int:
    kept = QscSettings.objects.create(
        quality=wanted.quality,
        service=wanted.service,
        cleanliness=wanted.cleanliness,
        inspection_percent=wanted.inspection_percent,
        aspects=dict(wanted.aspects),
    )
    record_event(
        action,
        by=by,
        details={
            "weights": ":".join(str(weight) for weight in wanted.weights),
            "inspection_percent": wanted.inspection_percent,
            "aspects": ", ".join(f"{aspect} → {name}" for aspect, name in sorted(wanted.aspects.items())),
        },
    )
    return kept.pk


def _made(row: QscSettings) -> Made:
    return Made(
        quality=row.quality,
        service=row.service,
        cleanliness=row.cleanliness,
        inspection_percent=row.inspection_percent,
        aspects=row.aspects,
    )


def _check(wanted: Made) -> None:
    if not all(0 <= weight <= MAX_WEIGHT for weight in wanted.weights) or not any(wanted.weights):
        raise InvalidInput(
            f"Weights are whole numbers from 0 to {MAX_WEIGHT}, at least one above 0.", field="weights"
        )
    if not 0 <= wanted.inspection_percent <= 100:
        raise InvalidInput("The part of inspections is 0 to 100 percent.", field="inspection_percent")
    if set(wanted.aspects.values()) - {*DIMENSIONS, NONE}:
        raise InvalidInput("There is no such dimension.", field="aspects")
