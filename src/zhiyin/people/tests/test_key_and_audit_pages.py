"""The pages of API keys and of the audit trail."""

from __future__ import annotations

import re

import pytest

from zhiyin.people.audit_words import action_words
from zhiyin.people.models import ApiKey, AuditEvent
from zhiyin.people.queries import authenticate_key
from zhiyin.people.roles import Role
from zhiyin.people.services.audit import Happening, record_event, record_events
from zhiyin.people.services.keys import create_key
from zhiyin.people.services.units import move_unit

KEY = {"name": "收银", "scopes": ["feedback:write"], "unit": "", "limit_per_minute": "60", "valid_days": "30"}


@pytest.fixture
def owner(client, make_account, tree):
    client.force_login(make_account("owner", role=Role.OWNER))
    return client


def test_a_key_is_shown_once_and_works(owner, tree):
    response = owner.post("/settings/keys/new/", KEY | {"unit": "north"})
    assert response["Cache-Control"].startswith("no-store")
    (secret,) = set(re.findall(r"zk_[\w-]{30,}", response.content.decode()))
    identity = authenticate_key(secret)
    assert identity.limit_per_minute == 60
    assert identity.scope.allows(tree.store_1.pk)
    assert not identity.scope.allows(tree.store_3.pk)
    page = owner.get("/settings/keys/").content.decode()
    assert "收银" in page
    assert secret not in page
    assert secret[:9] in page
    assert not AuditEvent.objects.filter(details__contains=secret).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"valid_days": "0"}, "valid_days"),
        ({"unit": "x"}, "unit"),
        ({"name": ""}, "name"),
    ],
)
def test_an_unusable_key_is_not_made(owner, wrong, field):
    response = owner.post("/settings/keys/new/", KEY | wrong)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not ApiKey.objects.exists()


def test_two_keys_in_use_cannot_share_a_name(owner):
    owner.post("/settings/keys/new/", KEY)
    assert "同名密钥" in owner.post("/settings/keys/new/", KEY).content.decode()


def test_revoking_says_what_it_means_first_and_then_works(owner):
    secret = create_key("till", scopes=["feedback:write"])
    key = ApiKey.objects.get()
    assert "无法撤销" in owner.get(f"/settings/keys/{key.pk}/revoke/").content.decode()
    assert authenticate_key(secret) is not None
    owner.post(f"/settings/keys/{key.pk}/revoke/")
    assert authenticate_key(secret) is None
    assert owner.get(f"/settings/keys/{key.pk}/revoke/").status_code == 404
    assert "till" not in owner.get("/settings/keys/").content.decode()
    assert "till" in owner.get("/settings/keys/?state=revoked").content.decode()
    assert b"till" in b"".join(owner.get("/settings/keys/export/"))


def test_the_trail_is_told_in_plain_words_and_names(owner, tree):
    owner.post(f"/settings/units/{tree.store_1.pk}/move/", {"move_form-unit": "south"})
    page = owner.get("/settings/audit/").content.decode()
    assert "移动组织" in page
    assert "华北 → 华南" in page
    owner.post("/language/", {"language": "en", "next": "/"})
    assert "Moved a unit" in owner.get("/settings/audit/").content.decode()


def test_every_action_of_this_room_has_words_in_both_languages():
    from django.utils.translation import override

    for action in ("unit.merged", "account.link_made", "session.all_ended", "key.exported", "units.exported"):
        for language in ("zh-hans", "en"):
            with override(language):
                assert "·" not in action_words(action), (action, language)


def test_an_action_without_words_is_told_by_its_parts():
    assert action_words("starship.launched_twice") == "starship · launched twice"


def test_events_are_found_by_who_what_which_thing_outcome_and_day(owner, make_account, tree):
    move_unit(tree.store_1, parent=tree.south)
    owner.post("/sign-in/", {"username": "owner", "password": "wrong"})

    def actions(query):
        return [told.named.event.action for told in owner.get(f"/settings/audit/?{query}").context["events"]]

    assert actions(f"thing=unit:{tree.store_1.pk}") == ["unit.moved", "unit.created"]
    assert set(actions("what=session")) == {"session.refused"}
    assert actions("outcome=refused") == ["session.refused"]
    assert actions("who=nobody") == []
    assert actions("since=2999-01-01") == []
    assert len(actions("until=2999-01-01")) > 5
    for query in ("since=x", "thing=%00", "what=x", "outcome=x", "page=x", "until=9999-12-31"):
        assert owner.get(f"/settings/audit/?{query}").status_code == 200


def test_a_whole_record_is_verified_and_a_broken_one_named(owner, tree):
    page = owner.post("/settings/audit/verify/")
    assert page.context["report"].is_intact
    assert page.context["report"].head_hash in page.content.decode()
    AuditEvent.objects.filter(sequence=3).update(action="unit.deleted")
    page = owner.post("/settings/audit/verify/")
    assert "第 3 条" in page.content.decode()
    assert AuditEvent.objects.filter(action="audit.verified", outcome="failed").exists()


def test_the_export_has_as_many_lines_as_it_says(owner, tree):
    record_events([Happening(action="unit.created", target=("unit", n)) for n in range(700)])
    response = owner.get("/settings/audit/export/?format=csv")
    lines = b"".join(response).decode().strip().split("\r\n")
    assert len(lines) - 1 == int(response["X-Row-Count"]) > 700
    assert AuditEvent.objects.filter(action="audit.exported").count() == 1


def test_a_page_of_events_costs_few_queries(owner, tree, django_assert_max_num_queries):
    record_events([Happening(action="unit.created", target=("unit", tree.store_1.pk)) for _ in range(60)])
    with django_assert_max_num_queries(14):
        owner.get("/settings/audit/")


def test_an_auditor_of_a_region_reads_what_concerns_it_alone(client, make_account, tree):
    auditor = make_account("auditor", role=Role.AUDITOR, unit=tree.north)
    within = make_account("within", role=Role.AGENT, unit=tree.store_1)
    both = make_account("both", role=Role.AGENT, unit=tree.store_1)
    from zhiyin.people.actors import Actor
    from zhiyin.people.services.accounts import grant_role

    grant_role(both, role=Role.AGENT, unit=tree.store_3)
    for account in (within, both):
        record_event("case.opened", by=Actor.of(account), target=("case", f"of-{account.username}"))
    record_event("unit.renamed", by=Actor.of(within), target=("unit", tree.south.pk))
    client.force_login(auditor)
    events = [told.named.event for told in client.get("/settings/audit/").context["events"]]
    targets = {(event.target_kind, event.target_id) for event in events}
    assert ("unit", str(tree.store_1.pk)) in targets
    assert ("case", "of-within") in targets
    assert ("case", "of-both") not in targets
    assert ("unit", str(tree.south.pk)) not in targets
    assert ("account", str(both.pk)) not in targets
    assert client.post("/settings/audit/verify/").status_code == 404
    exported = b"".join(client.get("/settings/audit/export/")).decode()
    assert "华南" not in exported
    assert "of-both" not in exported


def test_who_audits_everything_may_verify(client, make_account, tree):
    client.force_login(make_account("auditor", role=Role.AUDITOR))
    assert client.post("/settings/audit/verify/").status_code == 200
    for path in ("/settings/people/", "/settings/keys/"):
        assert client.get(path).status_code == 403


def test_details_are_told_by_names_and_words(owner, make_account, tree):
    anna = make_account("anna")
    record_event("case.opened", target=("case", "7"), details={"status": "working", "owner": anna.pk})
    told = owner.get("/settings/audit/?what=case").context["events"][0]
    assert str(anna) in dict(told.details).values()
    assert not {"working", str(anna.pk)} & set(dict(told.details).values())
