from __future__ import annotations

import pytest

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.queries.saved_views import find_default_view, get_view, list_views
from zhiyin.insight.services.saved_views import (
    change_view,
    choose_default_view,
    delete_view,
    restore_view,
    save_view,
)
from zhiyin.people.models import Account, RoleGrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(db):
    made = {}
    for name, roles in {"wang": ["analyst"], "li": ["analyst", "auditor"], "zhao": ["auditor"]}.items():
        made[name] = Account.objects.create(username=name)
        for role in roles:
            RoleGrant.objects.create(account=made[name], role=role)
    return made


def names(account):
    return [line.view.name for line in list_views(account)]


def test_an_own_view_is_seen_by_nobody_else(accounts):
    view = save_view(owner=accounts["wang"], name=" 差评  今天 ", query="period=today&stars=1")
    assert (view.name, view.query) == ("差评 今天", "period=today&stars=1")
    assert names(accounts["wang"]) == ["差评 今天"]
    assert names(accounts["li"]) == []
    with pytest.raises(NotFound):
        get_view(view.pk, account=accounts["li"])


def test_a_view_is_shared_with_everybody_of_a_role_or_of_the_company(accounts):
    save_view(owner=accounts["wang"], name="角色", query="", sharing="role", role="analyst")
    save_view(owner=accounts["wang"], name="公司", query="", sharing="company")
    assert names(accounts["li"]) == ["公司", "角色"]
    assert names(accounts["zhao"]) == ["公司"]
    assert not any(line.is_own for line in list_views(accounts["li"]))


def test_nobody_shares_with_a_role_that_they_do_not_hold(accounts):
    view = save_view(owner=accounts["wang"], name="a", query="", sharing="role", role="auditor")
    assert view.role == "analyst"


@pytest.mark.parametrize("name", ["", "  \n ", "长" * 81])
def test_a_view_needs_a_name_of_some_signs(accounts, name):
    with pytest.raises(InvalidInput):
        save_view(owner=accounts["wang"], name=name, query="")


def test_a_name_is_taken_once_for_each_owner(accounts):
    view = save_view(owner=accounts["wang"], name="差评", query="")
    save_view(owner=accounts["li"], name="差评", query="")
    other = save_view(owner=accounts["wang"], name="好评", query="")
    with pytest.raises(InvalidInput, match="already"):
        save_view(owner=accounts["wang"], name="差评", query="")
    with pytest.raises(InvalidInput, match="already"):
        change_view(view_id=other.pk, owner=accounts["wang"], name="差评", sharing="own")
    assert change_view(view_id=view.pk, owner=accounts["wang"], name="差评", sharing="company").sharing


def test_only_its_owner_changes_or_deletes_a_shared_view(accounts):
    view = save_view(owner=accounts["wang"], name="公司", query="", sharing="company")
    for change in (
        lambda: change_view(view_id=view.pk, owner=accounts["li"], name="我的", sharing="own"),
        lambda: delete_view(view_id=view.pk, owner=accounts["li"]),
        lambda: restore_view(view_id=view.pk, owner=accounts["li"]),
    ):
        with pytest.raises(NotFound):
            change()


def test_a_deleted_view_comes_back_and_makes_way_for_a_new_one_of_its_name(accounts):
    wang = accounts["wang"]
    view = save_view(owner=wang, name="差评", query="stars=1")
    choose_default_view(account=wang, view_id=view.pk)
    delete_view(view_id=view.pk, owner=wang)
    assert (names(wang), find_default_view(wang)) == ([], None)
    save_view(owner=wang, name="差评", query="stars=2")
    assert restore_view(view_id=view.pk, owner=wang).name == "差评 (1)"
    assert find_default_view(wang) == view
    assert restore_view(view_id=view.pk, owner=wang).name == "差评 (1)", "restoring twice is one"


def test_a_default_view_is_each_persons_own_choice(accounts):
    view = save_view(owner=accounts["wang"], name="公司", query="", sharing="company")
    choose_default_view(account=accounts["li"], view_id=view.pk)
    assert find_default_view(accounts["li"]) == view
    assert find_default_view(accounts["wang"]) is None
    change_view(view_id=view.pk, owner=accounts["wang"], name="公司", sharing="own")
    assert find_default_view(accounts["li"]) is None, "no longer shared"
    choose_default_view(account=accounts["li"], view_id=None)
    with pytest.raises(NotFound):
        choose_default_view(account=accounts["li"], view_id=view.pk)
