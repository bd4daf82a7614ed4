"""A pair that was only claimed counts once somebody vouches for it, as if all were judged at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec

from zhiyin.customers.linking.recomputing import recompute, use_rules
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.models import Identity


def test_a_number_is_shared_once_its_second_member_is_vouched_for(
    take: Callable[..., UUID | None], identity: Callable[..., Identity]
) -> None:
    rules = get_rules()
    phone = msgspec.structs.replace(rules.types["phone"], most_people=1)
    strict = msgspec.structs.replace(rules, claimed_join=False, types={**rules.types, "phone": phone})
    use_rules(strict, by=None)
    take("phone:13811112222!", "member:M1!")
    take("phone:13811112222", "member:M2", minutes=5)
    assert not identity("phone:13811112222").is_shared

    take("phone:13811112222!", "member:M2!", minutes=6)

    assert identity("phone:13811112222").is_shared
    before = dict(Identity.objects.values_list("pk", "customer"))
    recompute()
    assert dict(Identity.objects.values_list("pk", "customer")) == before
