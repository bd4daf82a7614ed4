"""API keys and the set-up link."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.costs import costs_at_most

from zhiyin.errors import InvalidInput
from zhiyin.people.errors import AlreadySetUp, KeyExists, KeyNotFound, SetupTokenInvalid, WeakPassword
from zhiyin.people.models import ApiKey, SetupToken
from zhiyin.people.permissions import KeyScope, Permission
from zhiyin.people.queries import authenticate_key, get_key, get_scope, has_owner, list_keys
from zhiyin.people.queries.key_ring import CACHE_SECONDS, KeyRing
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.keys import create_key, revoke_key
from zhiyin.people.services.setup import create_setup_token, use_setup_token
from zhiyin.people.services.units import ensure_root

PASSWORD = "correct horse battery staple"
WRITE = [KeyScope.FEEDBACK_WRITE]


@pytest.mark.django_db
def test_a_key_stands_for_its_scopes_and_source():
    secret = create_key("网店", scopes=WRITE, source="shop", limit_per_minute=60)
    identity = authenticate_key(secret)
    assert (identity.name, identity.source, identity.limit_per_minute) == ("网店", "shop", 60)
    assert identity.may(Permission.FEEDBACK_WRITE)
    assert not identity.may(Permission.FEEDBACK_READ)
    assert not identity.may(Permission.SIGNED_IN)
    assert identity.scope == EVERYTHING


@pytest.mark.django_db
def test_the_secret_is_kept_nowhere():
    secret = create_key("shop", scopes=WRITE)
    assert secret.startswith("zk_")
    assert len(secret) >= 3 + 22  # 128 bits in base64
    row = repr(ApiKey.objects.values().get())
    assert secret not in row
    (listed,) = list_keys()
    assert secret.startswith(listed.prefix)
    assert len(listed.prefix) <= 9


@pytest.mark.parametrize("secret", ["", "zk_", "zk_" + "x" * 32, "x" * 10_000_000, "zk_\ud800", "Bearer"])
@pytest.mark.django_db
def test_what_is_no_key_opens_nothing(secret):
    create_key("shop", scopes=WRITE)
    assert authenticate_key(secret) is None


@pytest.mark.django_db
def test_a_revoked_key_stops_at_once_here_and_soon_elsewhere():
    secret = create_key("shop", scopes=WRITE)
    now = 0.0
    elsewhere = KeyRing(clock=lambda: now)
    assert authenticate_key(secret)
    assert elsewhere.authenticate(secret)
    key = get_key("shop")
    revoke_key(key)
    revoke_key(key)
    assert authenticate_key(secret) is None
    now = CACHE_SECONDS
    assert elsewhere.authenticate(secret) is None
    assert list_keys()[0].revoked_at
    with pytest.raises(KeyNotFound):
        get_key("shop")


@pytest.mark.django_db
def test_a_key_expires_even_while_it_is_remembered():
    secret = create_key("shop", scopes=WRITE)
    ApiKey.objects.update(expires_at=timezone.now() + timedelta(seconds=0.2))
    ring = KeyRing(clock=lambda: 0.0)
    assert ring.authenticate(secret)
    time.sleep(0.25)
    assert ring.authenticate(secret) is None


@pytest.mark.django_db
def test_a_key_of_a_unit_reaches_its_subtree(tree):
    secret = create_key("north", scopes=WRITE, unit=tree.north)
    assert authenticate_key(secret).scope.unit_ids == {tree.north.pk, tree.store_1.pk, tree.store_2.pk}


@pytest.mark.django_db
def test_a_known_key_costs_no_query_and_notes_the_day_of_use(django_assert_num_queries):
    secret = create_key("shop", scopes=WRITE)
    authenticate_key(secret)
    assert list_keys()[0].last_used_on == datetime.now(UTC).date()
    with django_assert_num_queries(0):
        assert costs_at_most(1, lambda: [authenticate_key(secret) for _ in range(10_000)])


@pytest.mark.django_db
def test_guessing_does_not_fill_the_memory():
    ring = KeyRing(clock=lambda: 0.0)
    for n in range(10_500):
        ring._remember(n.to_bytes(4, "big"), (1.0, None))
    assert len(ring._known) <= 10_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 65},
        {"scopes": []},
        {"limit_per_minute": -1},
        {"source": "x" * 65},
        {"valid_days": 0},
    ],
)
@pytest.mark.django_db
def test_an_unusable_key_is_not_made(wrong):
    wanted = {"name": "shop", "scopes": WRITE} | wrong
    with pytest.raises(InvalidInput):
        create_key(wanted.pop("name"), **wanted)
    assert list_keys() == []


@pytest.mark.django_db
def test_a_name_is_free_again_once_its_key_is_revoked():
    create_key("shop", scopes=WRITE)
    with pytest.raises(KeyExists):
        create_key("shop", scopes=WRITE)
    revoke_key(get_key("shop"))
    assert authenticate_key(create_key("shop", scopes=WRITE))


@pytest.mark.django_db
def test_the_set_up_link_makes_the_first_owner_once():
    token, other = create_setup_token(), create_setup_token()
    owner = use_setup_token(token, username="li", password=PASSWORD, company="好茶", language="en")
    assert get_scope(owner) == EVERYTHING
    assert (ensure_root().name, owner.language, has_owner()) == ("好茶", "en", True)
    for spent in (token, other):
        with pytest.raises(SetupTokenInvalid):
            use_setup_token(spent, username="wu", password=PASSWORD, company="x")
    with pytest.raises(AlreadySetUp):
        create_setup_token()


@pytest.mark.django_db
def test_a_mistake_at_set_up_does_not_spend_the_link():
    token = create_setup_token()
    with pytest.raises(WeakPassword):
        use_setup_token(token, username="li", password="x", company="好茶")
    assert use_setup_token(token, username="li", password=PASSWORD, company="好茶").pk


@pytest.mark.django_db
def test_an_old_or_unknown_set_up_link_does_nothing():
    token = create_setup_token()
    SetupToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for bad in (token, "", "unknown"):
        with pytest.raises(SetupTokenInvalid):
            use_setup_token(bad, username="li", password=PASSWORD, company="x")
    assert token not in repr(list(SetupToken.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_the_link_at_once_one_becomes_owner(run_in_threads):
    token = create_setup_token()

    def work(results: list[object]) -> None:
        try:
            use_setup_token(token, username=f"u{id(object())}", password=PASSWORD, company="x")
            results.append("owner")
        except SetupTokenInvalid:
            results.append("refused")

    assert sorted(run_in_threads(work, n=3)) == ["owner", "refused", "refused"]
