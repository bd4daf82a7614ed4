"""What becomes of decisions and compensations when a customer is erased: sums stay, whose they were goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhiyin.respond.models import Approval, Case, Compensation, Decision


def erase_from_policies(feedback_ids: Sequence[str]) -> None:
    """Erase the figures that decisions were told, and comments, of the cases that began with these voices.

    What was given stays with its amount, for the budgets, without customer and order. Done again after an
    interruption, it changes nothing more.
    """
    cases = list(Case.objects.filter(feedback_id__in=feedback_ids).values_list("pk", flat=True))
    with transaction.atomic():
        decisions = Decision.objects.filter(case_id__in=cases)
        decisions.update(input={}, sources={}, fired=[], order_key="")
        Approval.objects.filter(decision__case_id__in=cases).update(comment="")
        Compensation.objects.filter(case_id__in=cases).update(customer=None, order_key="")
