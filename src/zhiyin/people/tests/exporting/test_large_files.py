"""Large files wait for a second person, leave once, and every file says who took it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from zhiyin.people.actors import SYSTEM
from zhiyin.people.exporting.addresses import Fetching, address_of, fetching_of, open_address
from zhiyin.people.exporting.services import set_rule
from zhiyin.people.models import AuditEvent, ExportRequest, ExportRule
from zhiyin.people.roles import Role
from zhiyin.people.services.audit import Happening, record_events

FILE = "/settings/audit/export/?format=csv"
PAGE = "/exports/"


@pytest.fixture
def enter(make_account):
    """A signed-in browser of a new account."""

    def run(name: str, *, role: Role = Role.OWNER, unit=None) -> Client:
        browser = Client()
        browser.force_login(make_account(name, role=role, unit=unit))
        return browser

    return run


@pytest.fixture
def asker(enter, tree):
    """An owner who wants 150 rows where 100 are free."""
    record_events([Happening(action="unit.created", target=("unit", n)) for n in range(150)])
    set_rule(n_free=100, n_days=7, by=SYSTEM)
    return enter("li")


def _rows(answer):
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def _ask(asker, reason="交给审计师核对"):
    page = asker.get(FILE, follow=True)
    return asker.post("/exports/ask/", {"of": page.context["of"], "reason": reason})


def _trail(action):
    return [json.loads(one.details) for one in AuditEvent.objects.filter(action=action)]


def test_every_file_says_in_its_last_column_who_took_it_and_the_trail_knows_its_number(enter, tree):
    rows = _rows(enter("wang").get("/settings/units/export/?format=csv"))
    assert rows[0][-1] == "导出标记"
    assert {row[-1] for row in rows[1:]} == {rows[1][-1]}
    number, who, _moment, n_rows = rows[1][-1].split(" · ")
    assert (who, n_rows) == ("wang", str(len(rows) - 1))
    event = AuditEvent.objects.get(action="file.taken", target_id=number)
    assert json.loads(event.details)["rows"] == n_rows
    page = enter("zhao").get("/settings/audit/", {"thing": f"file:{number}"}).content.decode()
    assert number in page
    assert "取走导出文件" in page


def test_a_sheet_carries_the_mark_in_its_properties_too(enter, tree):
    body = b"".join(enter("wang").get("/settings/units/export/?format=xlsx").streaming_content)
    book = load_workbook(io.BytesIO(body))
    assert book.properties.creator == "wang"
    assert book.properties.description == book.active.cell(2, book.active.max_column).value


def test_a_large_file_is_held_back_until_a_second_person_agrees_and_leaves_once(asker, enter):
    assert asker.get(FILE).status_code == 302
    assert not AuditEvent.objects.filter(action__in=("file.taken", "audit.exported")).exists()
    assert _ask(asker)["Location"] == PAGE
    found = ExportRequest.objects.get()
    assert "交给审计师核对" in asker.get(PAGE).content.decode()

    other = enter("zhao")
    assert "交给审计师核对" in other.get(PAGE).content.decode()
    other.post(f"/exports/{found.pk}/answer/", {"answer": "yes"})
    url = next(line.fetching.url for line in asker.get(PAGE).context["mine"])
    assert asker.head(url).status_code == 200, "looking is not fetching"
    n = ExportRequest.objects.get().n_rows
    assert len(_rows(asker.get(url))) - 1 == pytest.approx(n, abs=5)
    assert asker.get(url).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.address_sealed) == ("taken", None)
    assert AuditEvent.objects.filter(action="file.taken", target_id=found.file_number).exists()
    assert [one["reason"] for one in _trail("export.asked")] == ["交给审计师核对"]
    assert len(_trail("export.approved")) == 1


def test_nobody_agrees_to_the_own_file_and_no_other_file_comes_of_a_yes(asker, enter):
    _ask(asker)
    found = ExportRequest.objects.get()
    assert asker.post(f"/exports/{found.pk}/answer/", {"answer": "yes"}).status_code == 422
    other = enter("zhao")
    other.post(f"/exports/{found.pk}/answer/", {"answer": "yes"})
    assert asker.get(f"{FILE}&who=li&export={found.pk}").status_code in (200, 302)
    assert asker.get(f"/settings/audit/export/?format=xlsx&export={found.pk}").status_code == 302
    assert other.get(f"{FILE}&export={found.pk}").status_code == 302, "the yes is the asker's"
    found.refresh_from_db()
    assert found.state == "approved"


def test_a_no_says_why_and_a_yes_may_be_taken_back(asker, enter):
    _ask(asker)
    found, other = ExportRequest.objects.get(), enter("zhao")
    refused = other.post(f"/exports/{found.pk}/answer/", {"answer": "no", "words": " "})
    assert refused.status_code == 422
    assert "请写明不同意的原因" in refused.content.decode()
    other.post(f"/exports/{found.pk}/answer/", {"answer": "yes"})
    other.post(f"/exports/{found.pk}/take-back/")
    assert ExportRequest.objects.get().state == "waiting"
    other.post(f"/exports/{found.pk}/answer/", {"answer": "no", "words": "只要本季度的"})
    assert "只要本季度的" in asker.get(PAGE).content.decode()
    assert other.post(f"/exports/{found.pk}/answer/", {"answer": "yes"}).status_code == 422
    assert ExportRequest.objects.get().address_sealed is None


def test_a_yes_runs_out(asker, enter):
    _ask(asker)
    found = ExportRequest.objects.get()
    enter("zhao").post(f"/exports/{found.pk}/answer/", {"answer": "yes"})
    ExportRequest.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "逾期未下载" in asker.get(PAGE).content.decode()
    assert asker.get(f"{FILE}&export={found.pk}").status_code == 302


def test_the_same_wish_waits_once_and_can_be_withdrawn_by_the_asker_alone(asker, enter):
    _ask(asker)
    _ask(asker)
    found = ExportRequest.objects.get()
    assert enter("zhao").post(f"/exports/{found.pk}/withdraw/").status_code == 404
    asker.post(f"/exports/{found.pk}/withdraw/")
    assert ExportRequest.objects.get().state == "withdrawn"


def test_a_reason_is_needed_and_private_data_in_it_and_in_the_address_stays_unread(asker):
    assert _ask(asker, reason=" ").status_code == 422
    _ask(asker, reason="客户 13800138000 要的")
    found = ExportRequest.objects.get()
    assert "13800138000" not in found.reason
    assert open_address(found) == FILE
    assert b"format" not in bytes(found.address_sealed)


def test_the_rule_is_set_by_owners_of_the_whole_company_alone(enter, tree):
    owner = enter("wang")
    wrong = owner.post("/exports/rule/", {"n_free": "5", "n_days": "7"})
    assert wrong.status_code == 422
    assert "至少 100 行" in wrong.content.decode()
    owner.post("/exports/rule/", {"n_free": "", "n_days": "3"})
    assert (ExportRule.objects.get().n_free, ExportRule.objects.get().n_days) == (None, 3)
    assert _trail("export_rule.set")
    manager = enter("manager", role=Role.MANAGER, unit=tree.north)
    assert manager.post("/exports/rule/", {"n_free": "", "n_days": "3"}).status_code == 403
    assert 'id="rule-title"' not in manager.get(PAGE).content.decode()


def test_a_wish_of_another_or_a_made_up_one_asks_for_nothing(asker, enter):
    of = asker.get(FILE, follow=True).context["of"]
    for text in (of, "made-up"):
        answer = enter(f"x{len(text)}").post("/exports/ask/", {"of": text, "reason": "因为"})
        assert answer["Location"] == PAGE
    assert not ExportRequest.objects.exists()


def test_the_only_owner_agrees_alone_with_a_reason_that_the_trail_keeps(asker, enter):
    _ask(asker)
    found = ExportRequest.objects.get()
    page = asker.get(PAGE)
    assert [one.pk for one in page.context["waiting"]] == [found.pk]
    assert "目前没有其他人能同意" in page.content.decode()
    assert asker.post(f"/exports/{found.pk}/answer/", {"answer": "yes", "words": " "}).status_code == 422
    asker.post(f"/exports/{found.pk}/answer/", {"answer": "yes", "words": "公司只有我一个所有者"})
    assert [one["reason"] for one in _trail("export.agreed_alone")] == ["公司只有我一个所有者"]
    assert not _trail("export.approved")
    url = next(line.fetching.url for line in asker.get(PAGE).context["mine"])
    assert asker.get(url).streaming


def test_as_soon_as_a_second_owner_is_there_nobody_agrees_alone(asker, enter):
    _ask(asker)
    found, other = ExportRequest.objects.get(), enter("zhao")
    assert asker.get(PAGE).context["waiting"] == []
    answer = {"answer": "yes", "words": "公司只有我一个所有者"}
    assert asker.post(f"/exports/{found.pk}/answer/", answer).status_code == 422
    assert [one.pk for one in other.get(PAGE).context["waiting"]] == [found.pk]


def test_a_form_that_is_too_long_or_brings_files_cannot_be_asked_for(rf):
    short = rf.post("/voices/export/?q=1&export=3", {"voice": ["a", "b"], "csrfmiddlewaretoken": "t"})
    assert address_of(short) == "/voices/export/?q=1\nvoice=a&voice=b"
    again = fetching_of(address_of(short), request_id=7)
    assert again == Fetching(url="/voices/export/?q=1&export=7", fields=[("voice", "a"), ("voice", "b")])
    assert address_of(rf.post("/x/", {"voice": "a" * 70_000})) == ""
    assert address_of(rf.post("/x/", {"file": io.BytesIO(b"x")})) == ""
