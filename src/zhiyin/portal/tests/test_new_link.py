"""Where somebody else has the customer's link, staff make a new one, and the old one opens nothing."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from zhiyin.people.models import AuditEvent
from zhiyin.respond.models import CaseNote
from zhiyin.respond.queries import find_case_by_phone, read_token


def test_a_new_link_opens_the_page_and_the_old_one_nothing(client, ask, company):
    asked, staff = ask(), Client()
    staff.force_login(company.manager)
    address, page = reverse("case_link", args=[asked.case.number]), reverse("case", args=[asked.case.number])
    assert address in staff.get(page).content.decode()
    assert staff.get(address)["Location"] == page  # looking changes nothing
    assert client.get(asked.path).status_code == 200
    assert staff.post(address)["Location"] == f"{page}#customer-page"
    gone = client.get(asked.path)
    assert gone.status_code == 404
    assert "portal.css" in gone.content.decode()
    assert client.post(asked.path, {"do": "withdraw"}).status_code == 404
    asked.case.refresh_from_db()
    assert asked.case.is_open
    new = reverse("portal_case", args=[read_token(asked.case)])
    assert new in staff.get(page).content.decode()
    assert client.get(new).status_code == 200
    assert CaseNote.objects.filter(case=asked.case).count() == 1
    assert AuditEvent.objects.filter(action="case.noted").count() == 1


def test_number_and_phone_lead_to_the_new_link_and_strangers_make_none(client, ask, company):
    asked = ask()
    address = reverse("case_link", args=[asked.case.number])
    assert client.post(address).status_code in (302, 403, 404)
    assert client.get(asked.path).status_code == 200
    staff = Client()
    staff.force_login(company.manager)
    staff.post(address)
    found = find_case_by_phone(number=asked.case.number, last_four="5678")
    assert found is not None
    assert client.get(reverse("portal_case", args=[read_token(found)])).status_code == 200
    assert read_token(found) not in asked.path
