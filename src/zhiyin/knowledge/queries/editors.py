"""Who may edit articles."""

from __future__ import annotations

from django.db.models import Q

from zhiyin.knowledge.models import Article
from zhiyin.people.models import Account, OrgUnit, RoleGrant
from zhiyin.people.permissions import Permission, roles_with
from zhiyin.people.roles import EVERYTHING_WITHOUT_UNIT

_EDITING = roles_with(Permission.KNOWLEDGE_EDIT)


def list_editors(unit_id: int | None) -> list[Account]:
    """Active accounts that may edit articles of this unit (of the company where None), by name."""
    everywhere = sorted(role.value for role in _EDITING & EVERYTHING_WITHOUT_UNIT)
    reaching = Q(unit__isnull=True, role__in=everywhere)
    path = OrgUnit.objects.filter(pk=unit_id or 0).values_list("path", flat=True).first() or ""
    way_down = [int(step) for step in path.split("/") if step]
    if way_down:
        reaching |= Q(unit_id__in=way_down, role__in=sorted(role.value for role in _EDITING))
    grants = RoleGrant.objects.filter(reaching)
    return sorted(Account.objects.filter(is_active=True, grants__in=grants).distinct(), key=str)


def may_another_review(article: Article, *, author: Account) -> bool:
    """Whether anybody but the author could review the article."""
    return any(one.pk != author.pk for one in list_editors(article.unit_id))
