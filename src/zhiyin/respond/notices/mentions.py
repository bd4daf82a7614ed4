"""Who is named in a note by `@` and their sign-in name."""

from __future__ import annotations

import re

from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.models.accounts import normal_username
from zhiyin.respond.queries.owners import grants_reaching

_NAMED = re.compile(r"(?<![\w@.])@([\w.+-]{1,150})")
_MOST = 20


def find_mentioned(text: str, *, unit: OrgUnit) -> list[Account]:
    """The active colleagues of the unit's cases who are named, at most 20; one query where any may be.

    A full stop at the end of the sentence is not part of the name.
    """
    names = {normal_username(name) for name in _NAMED.findall(text)}
    names |= {name.rstrip(".-+") for name in names}
    if not names:
        return []
    named = Account.objects.filter(username__in=sorted(names)[: 2 * _MOST], is_active=True)
    return list(named.filter(grants__in=grants_reaching(unit)).distinct().order_by("pk")[:_MOST])
