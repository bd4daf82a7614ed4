"""The page of the keys, and the job that seals everything anew."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.customers.identifiers.resealing import KIND, RESEALING_KIND
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.models import BackgroundJob
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role

URL = "/settings/encryption/"


@pytest.fixture
def owner(client: Client, make_account, tmp_path, settings) -> Client:
    settings.HOME = Home(tmp_path / "home")
    client.force_login(make_account("owner", role=Role.OWNER))
    client.cookies["django_language"] = "en"
    return client


def test_an_empty_home_says_that_nothing_is_sealed(owner):
    assert "Nothing is sealed yet" in owner.get(URL).content.decode()


def test_a_new_key_is_made_and_everything_moved_to_it(owner, make_identity, settings):
    make_identity("+8613812345678")
    page = owner.get(URL).content.decode()
    assert "Identifiers of customers" in page
    assert "Seal everything anew" not in page
    owner.post(f"{URL}new/")
    assert "1 still needs an older key" in owner.get(URL).content.decode()
    answer = owner.post(f"{URL}anew/")
    assert answer["Location"] == "/jobs/"
    job = BackgroundJob.objects.get(kind=KIND)
    RESEALING_KIND.run(job.pk, settings.HOME)
    job.refresh_from_db()
    assert (job.status, job.details) == ("done", {"moved": 1, "unreadable": 0})
    assert "No older key is needed any more" in owner.get(URL).content.decode()
    assert open_engine(settings.HOME).vault.versions == [1, 2]
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"encryption.rotated", "encryption.moving_begun", "encryption.moved"} <= actions


def test_the_table_can_be_exported_and_holds_no_content(owner, make_identity):
    make_identity("+8613812345678")
    text = b"".join(owner.get(f"{URL}export/").streaming_content).decode()
    assert "customers.Identity.sealed,1,1" in text
    assert "5678" not in text


def test_a_get_makes_no_key(owner, settings):
    assert owner.get(f"{URL}new/").status_code == 302
    assert open_engine(settings.HOME).vault.version == 1


def test_only_who_manages_the_installation_sees_it(client, make_account):
    client.force_login(make_account("analyst", role=Role.ANALYST))
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}new/").status_code == 403
