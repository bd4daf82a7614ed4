"""Takes a customer out of identities, sightings and links."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from zhiyin.customers.linking.mapping import forget_keys
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.sharing import unmark_shared
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import Identity, Link, Sighting

_CHUNK = 450


def erase_customer(customer: UUID) -> list[str]:
    """The keys that the customer's facts have; its identities, sightings, links and their history are gone.

    The file of the mapping forgets them too. Who was held back only by it is judged anew. Nothing to
    erase gives an empty list; the facts are for the caller to erase by the keys.
    """
    with linking_turn():
        found = list(Identity.objects.filter(customer=customer).values_list("pk", "key"))
        ids = [identity_id for identity_id, _ in found]
        others = _neighbours(ids)
        for start in range(0, len(ids), _CHUNK):
            Identity.objects.filter(pk__in=ids[start : start + _CHUNK]).delete()
        rules = get_rules()
        unmark_shared(others, rules=rules)
        if others:
            rejudge(others, rules=rules)
    keys = [key for _, key in found]
    forget_keys(keys, home=settings.HOME)
    return keys


def _neighbours(ids: Sequence[int]) -> set[int]:
    """Identities of others that sightings or links tie to these."""
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        for model in (Sighting, Link):
            rows = model._default_manager
            found.update(rows.filter(left_id__in=some).values_list("right_id", flat=True))
            found.update(rows.filter(right_id__in=some).values_list("left_id", flat=True))
    return found - set(ids)
