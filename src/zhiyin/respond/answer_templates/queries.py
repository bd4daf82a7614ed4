"""Which templates there are, and which fit an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.respond.answer_templates.variables import Filled, fill, values_for
from zhiyin.respond.models import AnswerTemplate, Case

_MOST_OFFERED = 20
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A template made ready for one answer."""

    template: AnswerTemplate
    filled: Filled


def list_templates(*, scope: Scope) -> list[AnswerTemplate]:
    """The newest versions by name, off ones last; those of the company for all units alone. One query."""
    found = AnswerTemplate.objects.filter(is_newest=True).select_related("unit", "made_by")
    if scope.unit_ids is not None:
        found = found.filter(unit_id__in=scope.unit_ids)
    return list(found.order_by("-is_on", "name", "pk")[:_MOST_LISTED])


def list_offered(
    *, unit: OrgUnit | None, case: Case | None, channel: str, owner: str, is_chinese: bool
) -> list[Offered]:
    """The templates that fit, the most particular first, with what is known filled in. One query."""
    way = [int(step) for step in unit.path.split("/") if step] if unit else []
    found = AnswerTemplate.objects.filter(
        Q(unit=None) | Q(unit_id__in=way),
        is_newest=True,
        is_on=True,
        channel__in=["", channel],
        aspect__in=["", case.aspect if case else ""],
    )
    values = values_for(unit=unit, case=case, owner=owner, is_chinese=is_chinese)
    in_order = sorted(found[:_MOST_LISTED], key=lambda one: (-_particular(one, way), one.name))
    return [
        Offered(template=one, filled=fill(choose_text(one, is_chinese=is_chinese), values=values))
        for one in in_order[:_MOST_OFFERED]
    ]


def choose_text(template: AnswerTemplate, *, is_chinese: bool) -> str:
    """The text in the customer's language, else the other."""
    wanted, other = template.text_zh, template.text_en
    if not is_chinese:
        wanted, other = other, wanted
    return wanted or other


def _particular(template: AnswerTemplate, way: Sequence[int]) -> int:
    depth = way.index(template.unit_id) + 1 if template.unit_id in way else 0
    return bool(template.aspect) * 100 + bool(template.channel) * 50 + depth
