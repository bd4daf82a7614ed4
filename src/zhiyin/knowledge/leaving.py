"""Whoever still answers for articles cannot be shut out: somebody else takes them first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.knowledge.models import Article
from zhiyin.people import objections
from zhiyin.people.models import Account
from zhiyin.people.objections import Objection


def add_to_leaving() -> None:
    """Be asked before an account is shut; again, it changes nothing."""
    if object_to_articles not in objections.objections:
        objections.objections.append(object_to_articles)


def object_to_articles(account: Account) -> Objection | None:
    """How many articles the account answers for, with the list of them."""
    n = Article.objects.filter(owner=account, withdrawn_at=None).count()
    if not n:
        return None
    text = ngettext(
        "%(name)s still answers for %(n)d article. Give it another owner first.",
        "%(name)s still answers for %(n)d articles. Give them another owner first.",
        n,
    )
    return Objection(
        text=text % {"name": account, "n": n},
        url=f"{reverse('articles')}?{urlencode({'view': 'all', 'owner': account.pk})}",
        link=_("See the articles"),
    )
