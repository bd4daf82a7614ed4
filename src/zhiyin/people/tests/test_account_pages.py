"""The pages of people: inviting, roles, shutting out, links; and one's own account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.people.models import Account, AccountLink, AuditEvent, RoleGrant
from zhiyin.people.queries import verify_audit_chain
from zhiyin.people.roles import Role
from zhiyin.people.services.account_links import create_account_link
from zhiyin.people.services.accounts import grant_role

PASSWORD = "correct horse battery staple"
NEW = "another long pass phrase"


@pytest.fixture
def owner(client, make_account, tree):
    client.force_login(make_account("owner", role=Role.OWNER))
    return client


@pytest.fixture
def invite(owner):
    def make(**given):
        defaults = {
            "display_name": "王芳", "username": "wang", "email": "", "language": "zh-hans",
            "role": "manager", "unit": "north",
        }  # fmt: skip
        return owner.post("/settings/people/new/", defaults | given)

    return make


def _link(response):
    (link,) = re.findall(r'value="http://testserver(/join/[^"]+)"', response.content.decode())
    return link


def test_an_invited_person_sets_the_own_password_and_is_in(invite, tree):
    response = invite()
    assert response["Cache-Control"].startswith("no-store")
    account = Account.objects.get(username="wang")
    assert not account.has_usable_password()
    assert RoleGrant.objects.get(account=account).unit == tree.north
    person = Client()
    link = _link(response)
    assert "王芳" in person.get(link).content.decode()
    joined = person.post(link, {"password": NEW, "password_again": NEW, "language": "en"})
    assert joined["Location"] == "/"
    assert person.get("/account/").context["user"] == account
    assert 'lang="en"' in person.get("/account/").content.decode()
    spent = Client().get(link)
    assert spent.status_code == 404
    assert "链接已失效" in spent.content.decode()
    assert verify_audit_chain().is_intact


def test_the_secret_of_a_link_is_kept_nowhere(invite):
    secret = _link(invite()).split("/")[2]
    assert secret.encode() not in bytes(AccountLink.objects.get().secret_hash)
    assert not AuditEvent.objects.filter(details__contains=secret).exists()


def test_a_weak_password_leaves_the_link_good(invite):
    link = _link(invite())
    weak = Client().post(link, {"password": "short", "password_again": "short", "language": "en"})
    assert weak.status_code == 422
    good = Client().post(link, {"password": NEW, "password_again": NEW, "language": "en"})
    assert good.status_code == 302


def test_a_link_ends_by_time_by_a_newer_one_and_with_the_account(owner, make_account):
    account = make_account("wu")
    first, second = create_account_link(account), create_account_link(account)
    assert Client().get(f"/join/{first}/").status_code == 404
    assert Client().get(f"/join/{second}/").status_code == 200
    AccountLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(f"/join/{second}/").status_code == 404
    third = create_account_link(account)
    owner.post(f"/settings/people/{account.pk}/state/shut/")
    assert Client().get(f"/join/{third}/").status_code == 404
    assert owner.post(f"/settings/people/{account.pk}/link/").status_code == 409


def test_a_reset_keeps_the_old_password_until_it_is_used_and_then_ends_sessions(owner, make_account):
    account = make_account("wu")
    elsewhere = Client()
    elsewhere.force_login(account)
    link = _link(owner.post(f"/settings/people/{account.pk}/link/"))
    assert elsewhere.get("/account/").status_code == 200
    Client().post(link, {"password": NEW, "password_again": NEW, "language": "en"})
    assert elsewhere.get("/account/").status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "OWNER"}, "username"),
        ({"unit": ""}, "unit"),
        ({"role": "owner", "unit": "north"}, "unit"),
        ({"unit": "nowhere"}, "unit"),
        ({"email": "x"}, "email"),
        ({"role": "king"}, "role"),
    ],
)
def test_an_unusable_invitation_makes_nothing(invite, wrong, field):
    response = invite(**wrong)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Account.objects.count() == 1


def test_roles_are_given_and_taken_each_undoing_the_other(owner, make_account, tree):
    account = make_account("wu")
    given = {"role": "agent", "unit": "一店 · s1"}
    response = owner.post(f"/settings/people/{account.pk}/roles/", given, follow=True)
    (message,) = response.context["messages"]
    assert RoleGrant.objects.filter(account=account, role="agent", unit=tree.store_1).exists()
    response = owner.post(message.extra_tags, follow=True)
    assert not RoleGrant.objects.filter(account=account).exists()
    (message,) = response.context["messages"]
    owner.post(message.extra_tags)
    assert RoleGrant.objects.filter(account=account).exists()
    actions = AuditEvent.objects.filter(action__startswith="role.", target_id=str(account.pk))
    assert [event.action for event in actions.order_by("sequence")] == [
        "role.granted", "role.revoked", "role.granted",
    ]  # fmt: skip


def test_the_last_owner_stays(owner):
    account = Account.objects.get()
    for path in ("roles/owner/0/revoke/", "state/shut/"):
        response = owner.post(f"/settings/people/{account.pk}/{path}")
        assert response.status_code == 409
        assert "最后一位所有者" in response.content.decode()
    assert RoleGrant.objects.filter(role="owner").exists()


def test_who_is_shut_out_is_out_at_once_and_stays_out_with_the_old_session(owner, make_account):
    account = make_account("wu")
    elsewhere = Client()
    elsewhere.force_login(account)
    owner.post(f"/settings/people/{account.pk}/state/shut/")
    assert elsewhere.get("/account/").status_code == 302
    owner.post(f"/settings/people/{account.pk}/state/open/")
    assert elsewhere.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"username": "wu", "password": PASSWORD}).status_code == 302


def test_people_are_found_by_name_role_unit_and_state(owner, make_account, tree):
    make_account("anna", role=Role.AGENT, unit=tree.store_1)
    make_account("bert", role=Role.MANAGER, unit=tree.south)

    def names(query):
        rows = owner.get(f"/settings/people/?{query}").context["page"].rows
        return [person.account.username for person in rows]

    assert names("words=ANN") == ["anna"]
    assert names("role=manager") == ["bert"]
    assert names("unit=north") == ["anna"]
    assert names("role=agent&unit=south") == []
    assert names("state=shut") == []
    assert names("sort=username") == ["anna", "bert", "owner"]
    for query in ("role=x", "state=x", "sort=x", "unit=nowhere", "page=99", "words=%00"):
        assert owner.get(f"/settings/people/?{query}").status_code == 200


def test_a_list_of_many_costs_no_more_queries(owner, make_account, tree, django_assert_max_num_queries):
    for n in range(30):
        account = make_account(f"p{n}", role=Role.AGENT, unit=tree.store_1)
        grant_role(account, role=Role.FRONTLINE, unit=tree.store_2)
    with django_assert_max_num_queries(14):
        owner.get("/settings/people/")


def test_the_export_holds_everybody_and_is_audited(owner, make_account, tree):
    make_account("=anna", role=Role.AGENT, unit=tree.store_1)
    response = owner.get("/settings/people/export/?format=csv")
    text = b"".join(response).decode("utf-8-sig")
    assert response["X-Row-Count"] == "2"
    assert text.count("\r\n") == 3
    assert "'=anna" in text
    assert "客服 (一店)" in text
    assert AuditEvent.objects.filter(action="account.exported").exists()


def test_roles_say_what_they_may_do_in_both_languages(owner):
    assert "查看和校验审计日志" in owner.get("/settings/people/").content.decode()
    owner.post("/language/", {"language": "en", "next": "/"})
    assert "Read and verify the audit trail" in owner.get("/settings/people/").content.decode()


def test_an_account_that_is_not_there_is_404(owner):
    for path in ("", "edit/", "state/shut/", "link/"):
        assert owner.post(f"/settings/people/987654/{path}").status_code == 404


def test_names_are_changed_and_the_trail_says_which_fields_alone(owner, make_account):
    account = make_account("wu")
    given = {"display_name": "吴岚", "email": "wu@example.com", "language": "en"}
    owner.post(f"/settings/people/{account.pk}/edit/", given)
    account.refresh_from_db()
    assert (account.display_name, account.email, account.language) == ("吴岚", "wu@example.com", "en")
    (event,) = AuditEvent.objects.filter(action="account.changed")
    assert "example.com" not in event.details
    assert "吴岚" not in event.details


def test_ones_own_profile_chooses_language_and_theme(client, make_account):
    client.force_login(make_account("wu"))
    given = {"display_name": "吴岚", "email": "", "language": "en", "theme": "dark"}
    response = client.post("/account/", given, follow=True)
    page = response.content.decode()
    assert 'lang="en"' in page
    assert "Saved." in page
    assert client.cookies["theme"].value == "dark"
    assert client.post("/account/", given | {"language": "xx"}).status_code == 422


def test_a_new_password_keeps_this_session_and_ends_the_others(client, make_account):
    account = make_account("wu")
    elsewhere = Client()
    for one in (client, elsewhere):
        one.force_login(account)
    given = {"current": PASSWORD, "password": NEW, "password_again": NEW}
    assert client.post("/account/password/", given | {"current": "wrong"}).status_code == 422
    assert client.post("/account/password/", given | {"password_again": "x"}).status_code == 422
    assert client.post("/account/password/", given)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    outcomes = AuditEvent.objects.filter(action="account.password_set").order_by("sequence")
    assert [event.outcome for event in outcomes] == ["refused", "done"]


def test_other_sessions_end_on_request(client, make_account):
    account = make_account("wu")
    elsewhere = Client()
    for one in (client, elsewhere):
        one.force_login(account)
    client.post("/account/sessions/")
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_ones_own_account_says_what_one_may_do(client, make_account, tree):
    client.force_login(make_account("wu", role=Role.FRONTLINE, unit=tree.store_1))
    page = client.get("/account/").content.decode()
    assert "一线员工" in page
    assert "一店" in page
    assert client.get("/account/password/")["Location"] == "/account/"
