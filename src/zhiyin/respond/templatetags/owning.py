"""Tags for handing a case over."""

from __future__ import annotations

from django import template

from zhiyin.respond.models import Case
from zhiyin.respond.owning.transfer_view import TransferChoices, list_choices

register = template.Library()


@register.simple_tag
def transfer_choices(case: Case) -> TransferChoices:
    """Reasons and units that the form of a hand-over offers."""
    return list_choices(case)
