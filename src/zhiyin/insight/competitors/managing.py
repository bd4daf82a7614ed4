"""The list of competitors: read, add, change, take away with undo."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.competitors.units import COMPETITOR_KIND, forget_competitor_units
from zhiyin.insight.models import Competitor
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.units import create_unit

MAX_NAME = 60
MAX_COMPETITORS = 100
_MAX_OTHER_NAMES = 30


def list_competitors() -> list[Competitor]:
    """All that are not taken away, by name."""
    return list(Competitor.objects.filter(deleted_at=None).select_related("unit").order_by("name"))


def names_of(competitor: Competitor) -> list[str]:
    """Its name and its other names."""
    return list(dict.fromkeys([competitor.name, *competitor.other_names.splitlines()]))


def save_competitor(
    competitor: Competitor | None, *, name: str, other_names: Sequence[str], has_voices: bool, by: Actor
) -> Competitor:
    """A new competitor (None), or one with other words; `has_voices` makes the unit its voices come under.

    Raises:
        InvalidInput: no name, one too long, too many names or competitors.
        Conflict: the name is another competitor's.
    """
    given = " ".join(name.split())
    others = list(dict.fromkeys(" ".join(word.split()) for word in other_names if word.strip()))
    if not 1 < len(given) <= MAX_NAME:
        raise InvalidInput(f"Give the competitor a name of 2 to {MAX_NAME} signs.", field="name")
    if len(others) > _MAX_OTHER_NAMES or any(not 1 < len(word) <= MAX_NAME for word in others):
        raise InvalidInput(
            f"Other names: at most {_MAX_OTHER_NAMES}, a line each, of 2 to {MAX_NAME} signs.",
            field="other_names",
        )
    if competitor is None and Competitor.objects.filter(deleted_at=None).count() >= MAX_COMPETITORS:
        raise InvalidInput(f"There are {MAX_COMPETITORS} competitors already.", field="name")
    kept = competitor or Competitor()
    kept.name, kept.other_names = given, "\n".join(others)
    try:
        with transaction.atomic():
            kept.save()
            if has_voices and kept.unit is None:
                kept.unit = create_unit(f"competitor-{kept.pk}", name=given, kind=COMPETITOR_KIND, by=by)
                kept.save()
            record_event(
                "competitor.changed" if competitor else "competitor.created", by=by, details={"name": given}
            )
    except IntegrityError:
        raise Conflict("Another competitor has this name.", next_step="Choose another name.") from None
    forget_competitor_units()
    return kept


def get_competitor(competitor_id: int) -> Competitor:
    """The competitor, also one that was taken away.

    Raises:
        NotFound: there is none.
    """
    found = Competitor.objects.filter(pk=competitor_id).select_related("unit").first()
    if found is None:
        raise NotFound("There is no such competitor.")
    return found


def remove_competitor(competitor_id: int, *, by: Actor) -> Competitor:
    """Takes it off the list; what was imported of it stays apart from ours. Raises: `NotFound`."""
    found = get_competitor(competitor_id)
    found.deleted_at = timezone.now()
    found.save(update_fields=["deleted_at"])
    record_event("competitor.deleted", by=by, details={"name": found.name})
    return found


def restore_competitor(competitor_id: int, *, by: Actor) -> Competitor:
    """Puts it back. Raises: `NotFound`; `Conflict` where its name was given to another meanwhile."""
    found = get_competitor(competitor_id)
    found.deleted_at = None
    try:
        with transaction.atomic():
            found.save(update_fields=["deleted_at"])
            record_event("competitor.restored", by=by, details={"name": found.name})
    except IntegrityError:
        raise Conflict("Another competitor has this name.", next_step="Choose another name.") from None
    return found
