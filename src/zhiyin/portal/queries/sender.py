"""Who speaks to the customer: the company."""

from __future__ import annotations

from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND


def company_name() -> str:
    """Name of the root of the tree; empty before the company is named."""
    return OrgUnit.objects.filter(kind=ROOT_KIND).values_list("name", flat=True).first() or ""
