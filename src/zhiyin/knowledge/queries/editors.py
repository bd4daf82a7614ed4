"""Who may edit articles."""

from __future__ import annotations

from zhiyin.knowledge.models import Article
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope


def list_editors(unit_id: int | None) -> list[Account]:
    """Active accounts that may edit articles of this unit (of the company where None), by name."""
    return [
        account
        for account in Account.objects.filter(is_active=True).order_by("username")
        if get_scope(account, permission=Permission.KNOWLEDGE_EDIT).allows(unit_id)
    ]


def may_another_review(article: Article, *, author: Account) -> bool:
    """Whether anybody but the author could review the article."""
    return any(one.pk != author.pk for one in list_editors(article.unit_id))
