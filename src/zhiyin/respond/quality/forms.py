"""The rubric as a form: one line an item, and three figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from zhiyin.errors import InvalidInput
from zhiyin.respond.models import QualityItem, QualityRubric
from zhiyin.respond.quality.kinds import About, ItemKind
from zhiyin.respond.quality.suggested import ItemWords

SETTINGS: Mapping[str, tuple[int, int]] = {
    "sample_size": (0, 50),
    "double_every": (0, 100),
    "appeal_days": (0, 90),
}
MOST_NAME = 120
MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed: the items and the three figures."""

    items: Sequence[ItemWords]
    settings: Mapping[str, int]


def read_form(post: QueryDict, *, before: QualityRubric, items: Sequence[QualityItem]) -> Typed:
    """The next version. A line whose tick is off is left out; the last line is a new item of people.

    Raises:
        InvalidInput: a figure is none, or out of range; `field` names it.
    """
    kept = [_item(post, item) for item in items if f"keep-{item.pk}" in post]
    name_zh, name_en = (" ".join(post.get(name, "").split())[:MOST_NAME] for name in ("new-zh", "new-en"))
    if name_zh or name_en:
        kept.append(
            ItemWords(
                key=f"own_{before.version + 1}",
                name_zh=name_zh or name_en,
                name_en=name_en or name_zh,
                weight=_whole(post, "new-weight", most=MOST_WEIGHT),
                kind=ItemKind.MANUAL,
                is_fatal="new-fatal" in post,
            )
        )
    settings = {name: _whole(post, name, most=most, least=least) for name, (least, most) in SETTINGS.items()}
    return Typed(items=kept, settings=settings)


def _item(post: QueryDict, item: QualityItem) -> ItemWords:
    return ItemWords(
        key=item.key,
        about=About(item.about),
        kind=ItemKind(item.kind),
        name_zh=item.name_zh,
        name_en=item.name_en,
        weight=_whole(post, f"weight-{item.pk}", most=MOST_WEIGHT),
        is_fatal=f"fatal-{item.pk}" in post,
    )


def _whole(post: QueryDict, name: str, *, most: int, least: int = 0) -> int:
    text = post.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise InvalidInput(
            f"'{text[:20]}' is no whole number from {least} to {most}.",
            next_step="Correct it.",
            field="figure",
        )
    return int(text)
