"""Looks identities up by what staff were told of them."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from zhiyin.customers.identifiers.sealing import tail_key
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.engine import open_engine
from zhiyin.errors import NotFound
from zhiyin.people.scope import Scope

_COMPANY = 0
_TAIL = 4
MAX_FOUND = 200


def find_identities_by_tail(last_four: str, *, scope: Scope) -> list[Identity]:
    """Identities whose identifier ends in these four signs, seen in units of the scope; newest first.

    At most 200: four digits are shared by many. None for anything but four signs.
    """
    signs = "".join(sign for sign in last_four if sign.isalnum())
    if len(signs) != _TAIL:
        return []
    key = tail_key(signs, vault=open_engine(settings.HOME).vault)
    found = in_scope(Identity.objects.filter(tail_key=key), scope=scope)
    return list(found.order_by("-last_seen_at", "-pk")[:MAX_FOUND])


def get_identity(identity_id: int, *, scope: Scope) -> Identity:
    """The identity.

    Raises:
        NotFound: there is none, or it was seen in no unit of the scope.
    """
    found = in_scope(Identity.objects.filter(pk=identity_id), scope=scope).first()
    if found is None:
        raise NotFound("There is no such identifier.")
    return found


def in_scope(identities: QuerySet[Identity], *, scope: Scope) -> QuerySet[Identity]:
    """Those that were seen in a unit of the scope."""
    if scope.unit_ids is None:
        return identities
    seen = IdentityUnit.objects.filter(unit_id__in=scope.unit_ids - {_COMPANY}).values("identity_id")
    return identities.filter(pk__in=seen)
