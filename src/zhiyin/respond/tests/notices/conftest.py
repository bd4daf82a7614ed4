"""Builders that the tests of notices share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Account
from zhiyin.respond.models import Notice
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify


@pytest.fixture
def told() -> Callable[[Account], list[str]]:
    """What the account was told, in order."""

    def read(account: Account) -> list[str]:
        return list(Notice.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))

    return read


@pytest.fixture
def note(shop: Any, make_case: Any) -> Callable[..., Notice]:
    """A notice for the account, about a case of the agent's."""

    def make(account: Account, key: str = "one", **fields: Any) -> Notice:
        wanted = {
            "kind": NoticeKind.MENTIONED,
            "at": timezone.now(),
            "by": shop.by_agent,
            **fields,
        }
        wanted.setdefault("case", make_case())
        notify([account], key=key, **wanted)
        return Notice.objects.get(account=account, key=key)

    return make
