"""The pages of the tree of units."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.units import UnitReference, create_unit, ensure_units, set_units_active


@pytest.fixture
def owner(client, make_account, tree):
    client.force_login(make_account("owner", role=Role.OWNER))
    return client


@pytest.fixture
def northern(client, make_account, tree):
    """A manager of the north, who may look and change nothing."""
    client.force_login(make_account("northern", role=Role.MANAGER, unit=tree.north))
    return client


def _undo(response):
    """The address to which the toast's button "Undo" posts."""
    *_, message = response.context["messages"]
    return message.extra_tags


def test_the_tree_shows_the_first_level_and_opens_on_demand(owner, tree):
    page = owner.get("/settings/units/").content.decode()
    assert "华北" in page
    assert "一店" not in page
    assert "一店" in owner.get(f"/settings/units/?open={tree.north.pk}").content.decode()
    part = owner.get(f"/settings/units/{tree.north.pk}/branch/?open=1").content.decode()
    assert "一店" in part
    assert "<html" not in part
    assert "一店" not in owner.get(f"/settings/units/{tree.north.pk}/branch/").content.decode()


def test_who_has_a_region_sees_that_branch_alone_and_no_button(northern, tree):
    page = northern.get(f"/settings/units/?open={tree.north.pk}").content.decode()
    assert "一店" in page
    assert "华南" not in page
    assert "/settings/units/new/" not in page
    assert "三店" not in northern.get("/settings/units/?words=店").content.decode()
    assert "三店" not in northern.get("/settings/units/find/?unit=店").content.decode()
    assert "s3" not in b"".join(northern.get("/settings/units/export/")).decode()


def test_foreign_units_are_not_there_and_own_ones_not_for_changing(northern, tree):
    for path in ("", "branch/"):
        assert northern.get(f"/settings/units/{tree.south.pk}/{path}").status_code == 404
    assert northern.get(f"/settings/units/?open={tree.south.pk}").status_code == 404
    assert northern.get(f"/settings/units/{tree.store_1.pk}/").status_code == 200
    for path in ("edit/", "move/", "merge/", "state/closed/"):
        assert northern.post(f"/settings/units/{tree.store_1.pk}/{path}").status_code == 403


def test_a_search_finds_by_name_and_code_and_names_what_is_above(owner, tree):
    page = owner.get("/settings/units/?words=三").content.decode()
    assert "三店" in page
    assert "公司 › 华南" in page
    assert "s2" in owner.get("/settings/units/?words=S2").content.decode()
    assert "没有符合条件的组织" in owner.get("/settings/units/?words=nowhere").content.decode()


@pytest.mark.parametrize("query", ["", "?words=店", "?open={pk}"])
def test_a_hundred_stores_cost_no_more_queries_than_one(owner, tree, query, django_assert_max_num_queries):
    for n in range(100):
        create_unit(f"x{n}", name=f"分店{n}", parent=tree.north)
    with django_assert_max_num_queries(16):
        owner.get(f"/settings/units/{query.format(pk=tree.north.pk)}")


def test_a_branch_of_many_says_how_many_more_there_are(owner, tree):
    for n in range(105):
        create_unit(f"x{n}", name=f"分店{n}", parent=tree.south)
    page = owner.get(f"/settings/units/?open={tree.south.pk}").content.decode()
    assert "还有 6 个" in page


def test_a_new_unit_is_made_where_it_belongs(owner, tree):
    given = {"name": "四店", "code": "s4", "kind": "store", "parent": "华南 · south", "time_zone": ""}
    response = owner.post("/settings/units/new/", given)
    unit = OrgUnit.objects.get(code="s4")
    assert response["Location"] == f"/settings/units/{unit.pk}/"
    assert (unit.parent, unit.time_zone) == (tree.south, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "s1"}, "code"),
        ({"parent": "nowhere"}, "parent"),
        ({"name": ""}, "name"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_the_input_stays(owner, wrong, field):
    given = {"name": "四店", "code": "s4", "kind": "store", "parent": "", "time_zone": ""} | wrong
    response = owner.post("/settings/units/new/", given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert 'value="四店"' in response.content.decode() or field == "name"


def test_an_edit_can_be_undone_from_its_message(owner, tree):
    given = {"name": "一号店", "code": "s1", "kind": "store", "time_zone": "Asia/Tokyo"}
    response = owner.post(f"/settings/units/{tree.store_1.pk}/edit/", given, follow=True)
    tree.store_1.refresh_from_db()
    assert (tree.store_1.name, tree.store_1.time_zone) == ("一号店", "Asia/Tokyo")
    owner.post(_undo(response))
    tree.store_1.refresh_from_db()
    assert (tree.store_1.name, tree.store_1.time_zone) == ("一店", "Asia/Shanghai")
    assert AuditEvent.objects.filter(action="unit.restored").count() == 1


def test_moving_merging_and_closing_can_be_undone(owner, tree):
    store, before = tree.store_1, (tree.store_1.path, True)
    for path, given in (
        ("move/", {"move_form-unit": "华南"}),
        ("merge/", {"merge_form-unit": "s2"}),
        ("state/closed/", {}),
    ):
        response = owner.post(f"/settings/units/{store.pk}/{path}", given, follow=True)
        store.refresh_from_db()
        assert (store.path, store.is_active) != before
        owner.post(_undo(response))
        store.refresh_from_db()
        assert (store.path, store.is_active) == before


def test_what_does_not_fit_the_tree_is_said_on_the_page(owner, tree):
    response = owner.post(f"/settings/units/{tree.north.pk}/move/", {"move_form-unit": "s1"})
    assert response.status_code == 422
    assert "不能放在自己下面" in response.content.decode()
    assert owner.post(f"/settings/units/{tree.company.pk}/state/closed/").status_code == 409
    assert (
        owner.get(f"/settings/units/{tree.north.pk}/move/")["Location"] == f"/settings/units/{tree.north.pk}/"
    )


def test_strays_wait_for_review_and_are_placed_together(owner, tree):
    ids = ensure_units([UnitReference(name="外滩店"), UnitReference(code="X9", name="新店")])
    page = owner.get("/settings/units/?state=review").content.decode()
    assert "外滩店" in page
    assert "name:" not in page
    given = {"deed": "move", "chosen": ids, "target": "south", "next": "/settings/units/?state=review"}
    response = owner.post("/settings/units/many/", given, follow=True)
    assert "没有待确认的组织" in response.content.decode()
    assert set(OrgUnit.objects.filter(parent=tree.south).values_list("pk", flat=True)) >= set(ids)
    owner.post(_undo(response), {"next": "/settings/units/?state=review"})
    assert OrgUnit.objects.filter(needs_review=True).count() == 2


@pytest.mark.parametrize(
    "given", [{"deed": "move"}, {"deed": "move", "target": "nowhere"}, {"deed": "close", "chosen": []}, {}]
)
def test_an_incomplete_bulk_changes_nothing_and_says_so(owner, tree, given):
    response = owner.post("/settings/units/many/", {"chosen": [tree.store_1.pk]} | given, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not AuditEvent.objects.filter(action__in=["unit.moved", "unit.closed"]).exists()


def test_nobody_undoes_what_another_did(owner, tree, make_account, client):
    response = owner.post(f"/settings/units/{tree.store_1.pk}/state/closed/", follow=True)
    address = _undo(response)
    client.force_login(make_account("other", role=Role.OWNER))
    assert client.post(address).status_code == 404


def test_the_way_back_leads_nowhere_else(owner, tree):
    for wanted in ("https://evil.example/", "//evil.example", "/account/"):
        response = owner.post("/settings/units/many/", {"next": wanted})
        assert response["Location"] == "/settings/units/"


def test_the_export_comes_back_in_as_it_is(owner, tree):
    set_units_active([tree.store_3], is_active=False)
    response = owner.get("/settings/units/export/?format=csv")
    content = b"".join(response)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["编码", "名称", "上级编码", "类型", "时区", "启用中", "导出标记"]
    assert len(rows) - 1 == int(response["X-Row-Count"]) == 6
    assert ["s3", "三店", "south", "门店", "Asia/Shanghai", "否"] in [row[:-1] for row in rows]
    page = owner.post("/settings/units/sheet/", {"file": SimpleUploadedFile("units.csv", content)})
    assert page.context["counts"] == {"wrong": 0, "changed": 0, "new": 0, "same": 6}


def test_a_sheet_is_previewed_before_anything_changes_and_then_taken_in(owner, tree):
    sheet = "编码,名称,上级编码,类型\ns9,九店,north,门店\ns1,一号店,,\n".encode("gb18030")
    page = owner.post("/settings/units/sheet/", {"file": SimpleUploadedFile("units.csv", sheet)})
    assert page.context["counts"] == {"wrong": 0, "changed": 1, "new": 1, "same": 0}
    assert not OrgUnit.objects.filter(code="s9").exists()
    carried = page.context["form"].initial
    assert owner.post("/settings/units/sheet/", carried | {"agreed": "x"}).status_code == 409
    assert owner.post("/settings/units/sheet/", carried)["Location"] == "/settings/units/"
    assert OrgUnit.objects.get(code="s9").parent == tree.north
    assert OrgUnit.objects.get(code="s1").name == "一号店"
    assert owner.post("/settings/units/sheet/", carried).status_code == 409


def test_wrong_rows_are_named_and_cannot_be_taken_in(owner, tree):
    sheet = SimpleUploadedFile("units.csv", b"code,name,parent\ns9,nine,nowhere\n")
    page = owner.post("/settings/units/sheet/", {"file": sheet})
    assert "上级既不在组织树里" in page.content.decode()
    assert owner.post("/settings/units/sheet/", page.context["form"].initial).status_code == 409
    assert not OrgUnit.objects.filter(code="s9").exists()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x00"])
def test_what_is_no_sheet_is_refused_with_what_to_do(owner, content):
    page = owner.post("/settings/units/sheet/", {"file": SimpleUploadedFile("x.csv", content)})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_an_unusable_address_opens_no_error(owner):
    for query in ("open=x", "below=9e9", "page=-1", "page=99999999999", "sort=x", "state=x", "words=%00"):
        assert owner.get(f"/settings/units/?{query}").status_code == 200
