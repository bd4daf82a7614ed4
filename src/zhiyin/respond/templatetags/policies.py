"""Says in templates what policies asked and what they give."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from zhiyin.respond.models import Decision
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.figures import say_cents, say_value
from zhiyin.respond.policies.kinds import LimitOf, Period
from zhiyin.respond.policies.words import LIMIT_NAMES, PERIOD_NAMES, SOURCE_NAMES, say_column

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One figure that a decision was told."""

    name: str
    value: str
    source: str


@register.simple_tag
def decision_inputs(decision: Decision) -> list[Told]:
    """What the decision was told, with where each came from."""
    table = table_of(decision.version.jdm)
    return [
        Told(
            name=say_column(field, table=table),
            value=say_value(value),
            source=str(SOURCE_NAMES.get(decision.sources.get(field, ""), "")),
        )
        for field, value in decision.input.items()
        if value is not None
    ]


@register.filter
def amount(value: float) -> str:
    """Money with its hundredths."""
    return say_cents(round(value * 100))


@register.filter
def cents(value: int) -> str:
    """Hundredths as money."""
    return say_cents(value)


@register.filter
def limit_name(code: str) -> str:
    """What a limit counts."""
    return str(LIMIT_NAMES[LimitOf(code)])


@register.filter
def period_name(code: str) -> str:
    """In which period it counts."""
    return str(PERIOD_NAMES[Period(code)])
