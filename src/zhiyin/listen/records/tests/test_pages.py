"""Records by page: choose what the file holds, look, correct, start; the job tells what became of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhiyin.listen.models import ImportJob
from zhiyin.listen.services.imports.handed_in import run_submitted
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

ORDERS = "订单编号,时刻,门店编码,商品名称\nA1,2026-06-01 12:30,S1,奶茶\nA2,2026-06-01 12:40,S404,奶茶\n"


@pytest.fixture
def enter(engine, store, settings):
    settings.HOME = engine.home

    def make(role=Role.OWNER, *, unit=None):
        account = create_account(role.value, password="correct horse battery staple", language="en")
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return make


@pytest.fixture
def upload():
    def send(client, text=ORDERS, *, holds="purchases"):
        file = SimpleUploadedFile("orders.csv", text.encode())
        return client.post("/import/", {"file": file, "holds": holds})

    return send


def test_the_import_page_asks_what_the_file_holds(enter):
    page = enter().get("/import/").content.decode()
    assert "What does the file hold?" in page
    assert '<option value="inspections">' in page


def test_a_file_is_looked_at_corrected_and_taken_in(enter, upload, engine, rows):
    client = enter()
    url = upload(client)["Location"]
    assert url.endswith("/records/purchases/")
    page = client.get(url).content.decode()
    assert "No column holds what every row needs" in page
    assert "Time of the order" in page
    looked = client.post(
        url, {"t0.c0": "order_id", "t0.c1": "ordered_at", "t0.c2": "unit_code", "t0.c3": "product"}
    )
    page = looked.content.decode()
    assert "1 of the first 2 rows would be refused" in page
    assert "line 3 · 门店编码: names no org unit that we know (S404)" in page
    chosen = {
        "t0.c0": "order_id",
        "t0.c1": "ordered_at",
        "t0.c2": "unit_code",
        "t0.c3": "product",
        "do": "start",
    }
    refused = client.post(url, chosen)
    assert refused.status_code == 422
    assert "Records need the name of the system they come from" in refused.content.decode()
    started = client.post(url, {**chosen, "source": "pos"})
    assert started.status_code == 302
    job = ImportJob.objects.get()
    run_submitted(job.pk, engine.home)
    job.refresh_from_db()
    assert (job.status, job.n_accepted, job.n_rejected) == ("done", 1, 1)
    assert rows("SELECT source, product FROM purchases") == [("pos", "奶茶")]
    page = client.get(started["Location"]).content.decode()
    assert "Download the refused rows" in page
    assert "See the voices" not in page
    assert AuditEvent.objects.filter(action="import.started", details__contains="purchases").exists()


def test_several_columns_for_one_field_are_not_taken(enter, upload):
    client = enter()
    url = upload(client)["Location"]
    page = client.post(url, {"t0.c0": "product", "t0.c1": "ordered_at", "t0.c3": "product"}).content.decode()
    assert "Several columns are taken for the same" in page
    assert "disabled" in page


def test_only_who_may_import_for_the_whole_company_comes_here(enter, upload, store):
    url = upload(enter())["Location"]
    assert enter(Role.ANALYST, unit=store).get(url).status_code == 403
    assert enter(Role.MANAGER, unit=store).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_another_kind_or_anothers_upload_is_not_there(enter, upload):
    client = enter()
    url = upload(client)["Location"]
    assert client.get(url.replace("purchases", "recipes")).status_code == 404
    stranger = enter(Role.ANALYST)
    assert stranger.get(url)["Location"] == "/import/"
