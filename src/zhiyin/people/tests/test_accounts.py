"""Accounts, roles and the rows that they see."""

from __future__ import annotations

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.people.errors import AccountExists, LastOwner, WeakPassword
from zhiyin.people.models import AuditEvent
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import find_account, get_scope, has_permission, list_accounts
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope
from zhiyin.people.services.accounts import (
    create_account,
    deactivate_account,
    grant_role,
    revoke_role,
    set_password,
)

PASSWORD = "correct horse battery staple"


@pytest.mark.django_db
def test_a_password_is_kept_as_argon2():
    account = create_account("li", password=PASSWORD)
    assert account.password.startswith("argon2$argon2id$")
    assert account.check_password(PASSWORD)


@pytest.mark.django_db
def test_a_name_is_one_name_whatever_its_case_or_width():
    create_account("Lǐ Na", password=PASSWORD)
    with pytest.raises(AccountExists):
        create_account(" ＬǏ NA", password=PASSWORD)
    assert find_account("LǏ NA") is not None


@pytest.mark.parametrize("password", ["short", "12345678901234", "basketball1"])
@pytest.mark.django_db
def test_a_weak_password_is_refused_with_its_reasons(password):
    with pytest.raises(WeakPassword) as caught:
        create_account("li", password=password)
    assert caught.value.reasons
    assert find_account("li") is None


@pytest.mark.django_db
def test_an_account_without_a_password_cannot_sign_in(client):
    create_account("li")
    assert not client.login(username="li", password="")


@pytest.mark.parametrize(
    ("username", "email", "language"),
    [("", "", "en"), ("a\nb", "", "en"), ("x" * 151, "", "en"), ("a", "nobody", "en"), ("a", "", "xx")],
)
@pytest.mark.django_db
def test_unusable_account_data_is_refused(username, email, language):
    with pytest.raises(InvalidInput):
        create_account(username, password=PASSWORD, email=email, language=language)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ANALYST, Role.AUDITOR])
def test_who_works_for_the_whole_company_sees_everything(make_account, role):
    account = make_account(role=role)
    assert get_scope(account) == EVERYTHING
    assert get_scope(account).allows(None)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT, Role.FRONTLINE, Role.ANALYST, Role.AUDITOR])
def test_a_role_at_a_unit_sees_the_unit_and_all_below_it(make_account, tree, role):
    scope = get_scope(make_account(role=role, unit=tree.north))
    assert scope == Scope(unit_ids=frozenset({tree.north.pk, tree.store_1.pk, tree.store_2.pk}))
    assert not scope.allows(tree.store_3.pk)
    assert not scope.allows(tree.company.pk)
    assert not scope.allows(None)


def test_two_grants_see_both_subtrees(make_account, tree):
    account = make_account(role=Role.MANAGER, unit=tree.store_1)
    grant_role(account, role=Role.MANAGER, unit=tree.south)
    assert get_scope(account).unit_ids == {tree.store_1.pk, tree.south.pk, tree.store_3.pk}


def test_a_scope_counts_only_roles_that_hold_the_permission(make_account, tree):
    account = make_account(role=Role.FRONTLINE, unit=tree.store_1)
    grant_role(account, role=Role.AUDITOR)
    assert get_scope(account, permission=Permission.AUDIT_READ) == EVERYTHING
    assert get_scope(account, permission=Permission.FEEDBACK_WRITE).unit_ids == {tree.store_1.pk}
    assert get_scope(account, permission=Permission.KEYS_MANAGE) == NOTHING


def test_nobody_in_particular_sees_nothing(make_account):
    account = make_account()
    assert get_scope(account) == NOTHING
    assert not has_permission(account, permission=Permission.FEEDBACK_READ)
    assert has_permission(account, permission=Permission.SIGNED_IN)


def test_a_deactivated_account_sees_and_may_nothing(make_account):
    make_account("boss", role=Role.OWNER)
    account = make_account("li", role=Role.OWNER)
    deactivate_account(account)
    assert get_scope(account) == NOTHING
    assert not has_permission(account, permission=Permission.SIGNED_IN)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AGENT, Role.FRONTLINE])
def test_a_role_of_the_field_needs_a_unit(make_account, role):
    with pytest.raises(InvalidInput):
        make_account(role=role)


def test_an_owner_is_owner_of_everything(make_account, tree):
    with pytest.raises(InvalidInput):
        make_account(role=Role.OWNER, unit=tree.north)


def test_a_grant_twice_is_one_grant(make_account, tree):
    account = make_account(role=Role.MANAGER, unit=tree.north)
    grant_role(account, role=Role.MANAGER, unit=tree.north)
    assert account.grants.count() == 1
    assert revoke_role(account, role=Role.MANAGER, unit=tree.north)
    assert not revoke_role(account, role=Role.MANAGER, unit=tree.north)
    assert get_scope(account) == NOTHING


def test_the_last_owner_stays(make_account):
    owner = make_account(role=Role.OWNER)
    with pytest.raises(LastOwner):
        revoke_role(owner, role=Role.OWNER)
    with pytest.raises(LastOwner):
        deactivate_account(owner)
    second = make_account("wang", role=Role.OWNER)
    deactivate_account(owner)
    with pytest.raises(LastOwner):
        deactivate_account(second)


def test_a_new_password_ends_every_session(make_account, client):
    account = make_account()
    client.force_login(account)
    assert client.get("/account/").context["user"] == account
    set_password(account, password="another long pass phrase")
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_every_change_is_in_the_audit_trail(make_account, tree):
    account = make_account(role=Role.MANAGER, unit=tree.north)
    revoke_role(account, role=Role.MANAGER, unit=tree.north)
    deactivate_account(account)
    actions = set(AuditEvent.objects.filter(target_kind="account").values_list("action", flat=True))
    assert actions == {"account.created", "role.granted", "role.revoked", "account.deactivated"}


def test_accounts_are_listed_with_their_grants_in_three_queries(
    make_account, tree, django_assert_num_queries
):
    for name in "abc":
        make_account(name, role=Role.MANAGER, unit=tree.north)
    with django_assert_num_queries(3):
        listed = [[grant.unit.code for grant in account.grants.all()] for account in list_accounts()]
    assert listed == [["north"]] * 3
