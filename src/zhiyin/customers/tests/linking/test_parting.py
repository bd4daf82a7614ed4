"""Whom nothing doubtful touches is joined at once, and comes out as if everything were judged anew."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import Identity, Link
from zhiyin.engine import Engine

pytestmark = pytest.mark.django_db
Seen = Callable[..., Appearance]


def people() -> dict[str, frozenset[str]]:
    """With whom each identity is one customer, and how each pair stands, by keys."""
    together: dict[object, set[str]] = {}
    rows = list(Identity.objects.values_list("key", "customer"))
    for key, customer in rows:
        together.setdefault(customer, set()).add(key)
    return {key: frozenset(together[customer]) for key, customer in rows}


def links() -> set[tuple[object, ...]]:
    """Every link with its state."""
    return set(Link.objects.values_list("left__key", "right__key", "state", "guard"))


def appearances(seen: Seen, *, seed: int) -> Iterator[Appearance]:
    """Few people under few identifiers, so that claims, proofs, guards and shared ones meet."""
    rng = random.Random(seed)
    for minute in range(120):
        who = rng.randrange(14)
        names = [f"member:M{who}!", f"wechat_openid:O{who}", f"platform_user:U{rng.randrange(14)}"]
        names.append(f"phone:138{rng.randrange(10):04d}2222" + "!" * (rng.random() < 0.3))
        names.append(f"email:a{who}@example.com" + "!" * (rng.random() < 0.3))
        yield seen(*rng.sample(names, rng.choice((1, 2, 2, 3))), minutes=minute)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_batches_leave_what_judging_everything_anew_would(engine: Engine, seen: Seen, seed: int) -> None:
    every = [*appearances(seen, seed=seed)]
    for start in range(0, len(every), 30):
        take_appearances(every[start : start + 30], vault=engine.vault)
        before = (people(), links())
        with linking_turn():
            rejudge(Identity.objects.values_list("pk", flat=True), rules=get_rules())
        assert (people(), links()) == before
    assert {state for *_, state, _ in links()} == {"active", "quarantined"}


def test_one_doubtful_person_does_not_hold_up_the_others(
    engine: Engine, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhiyin.customers.linking import joining

    judged: list[set[int]] = []

    def note(seeds: set[int], **given: object) -> object:
        judged.append(set(seeds))
        return rejudge(seeds, **given)  # type: ignore[arg-type]

    take_appearances([seen("phone:13811112222")], vault=engine.vault)
    monkeypatch.setattr(joining, "rejudge", note)
    others = [seen(f"member:M{number}!", f"email:a{number}@example.com") for number in range(20)]
    take_appearances([seen("phone:13811112222!"), *others], vault=engine.vault)
    assert judged == [set(Identity.objects.filter(type="phone").values_list("pk", flat=True))]
    assert len(set(people().values())) == 21
