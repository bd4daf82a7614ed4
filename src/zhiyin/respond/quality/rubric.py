"""The rubric: read as it holds, and changed by a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import QualityItem, QualityRubric
from zhiyin.respond.quality.suggested import SUGGESTED, ItemWords
from zhiyin.respond.services.changes import account_id_of

MOST_ITEMS = 40


class RubricChanged(Conflict):
    """Somebody else made a version in the meantime."""


def read_rubric() -> QualityRubric:
    """The version that holds; the first one is made of `SUGGESTED`."""
    found = QualityRubric.objects.order_by("-version").first()
    if found is not None:
        return found
    try:
        return save_rubric(SUGGESTED, by=SYSTEM, seen=0)
    except RubricChanged:
        return QualityRubric.objects.order_by("-version")[0]


def list_items(rubric: QualityRubric) -> list[QualityItem]:
    """Its lines in order."""
    return list(QualityItem.objects.filter(rubric=rubric).order_by("place", "pk"))


def item_name(item: QualityItem) -> str:
    """The name in the language of the page."""
    is_chinese = (translation.get_language() or "zh").startswith("zh")
    return item.name_zh if is_chinese else item.name_en


def save_rubric(
    items: Sequence[ItemWords],
    *,
    by: Actor,
    seen: int,
    settings: Mapping[str, int] | None = None,
) -> QualityRubric:
    """A new version; scores given by those before stay. `seen` is the version that the asker saw.

    `settings`: `sample_size`, `double_every`, `appeal_days`.

    Raises:
        InvalidInput: no item has a weight, a name is missing, or there are too many. RubricChanged.
    """
    _check(items)
    try:
        with transaction.atomic():
            last = QualityRubric.objects.order_by("-version").first()
            if (last.version if last else 0) != seen:
                raise RubricChanged("Somebody else changed the rubric.", next_step="Look at it again.")
            rubric = QualityRubric.objects.create(
                version=seen + 1, made_at=timezone.now(), made_by_id=account_id_of(by), **(settings or {})
            )
            QualityItem.objects.bulk_create(
                QualityItem(
                    rubric=rubric,
                    key=item.key,
                    about=item.about.value,
                    kind=item.kind.value,
                    name_zh=item.name_zh,
                    name_en=item.name_en,
                    weight=item.weight,
                    is_fatal=item.is_fatal,
                    place=place,
                )
                for place, item in enumerate(items)
            )
            record_event(
                "quality_rubric.saved", by=by, target=("quality_rubric", str(rubric.version)), details={}
            )
    except IntegrityError:
        raise RubricChanged("Somebody else changed the rubric.", next_step="Look at it again.") from None
    return rubric


def _check(items: Sequence[ItemWords]) -> None:
    if not any(item.weight for item in items):
        raise InvalidInput("No item has a weight.", next_step="Give one at least.", field="weight")
    if any(not (item.name_zh.strip() and item.name_en.strip()) for item in items):
        raise InvalidInput("An item has no name.", next_step="Name it in both languages.", field="name")
    if len(items) > MOST_ITEMS:
        raise InvalidInput(f"More than {MOST_ITEMS} items.", next_step="Take some out.", field="name")
