"""Who hands a case to a unit that they do not see is told where it went, and may take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.models import AuditEvent
from zhiyin.respond.models import Case, Transfer
from zhiyin.respond.moment import telling_of
from zhiyin.respond.services import add_note, transfer_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed(shop, make_case):
    """A case that the agent of the store handed to the other store."""
    case = make_case()
    return transfer_case(case, to=shop.stranger, summary="说明", unit=shop.far_store, by=shop.by_agent)


def _page(case: Case) -> str:
    return reverse("case_handed_on", args=[case.number])


def test_who_hands_a_case_sideways_is_led_to_where_it_went(shop, make_case, enter) -> None:
    case, client = make_case(), enter(shop.agent)
    near = {"unit": shop.south.pk, "owner": shop.owner.pk, "summary": "x", "transfer_reason": "needs_power"}
    answer = client.post(reverse("case_transfer", args=[case.number]), {"version": 1, **near}, follow=True)
    assert answer.redirect_chain == [(_page(case), 302)]
    text = answer.content.decode()
    assert case.number in text
    assert shop.south.name in text
    assert str(shop.owner) in text
    assert case.title not in text, "what the case is about is not theirs any more"
    assert client.get(reverse("case", args=[case.number])).url == _page(case)


def test_nobody_else_sees_where_it_went_and_a_colleague_who_has_it_sees_the_case(shop, handed, enter) -> None:
    url, undo = _page(handed), reverse("case_take_back", args=[handed.number])
    assert enter(shop.manager).get(url).status_code == 404
    assert enter(shop.manager).get(reverse("case", args=[handed.number])).status_code == 404
    for other in (shop.manager, shop.stranger):
        assert enter(other).post(undo).status_code == 404
    assert enter(shop.stranger).get(url).url == reverse("case", args=[handed.number])
    assert Transfer.objects.get().undone_at is None


def test_it_is_taken_back_while_nobody_there_has_worked_on_it(shop, handed, enter) -> None:
    client = enter(shop.agent)
    answer = client.post(reverse("case_take_back", args=[handed.number]))
    assert answer.url == reverse("case", args=[handed.number])
    case = Case.objects.get()
    assert (case.owner, case.unit, case.n_transfers) == (shop.agent, shop.store, 0)
    assert Transfer.objects.get().undone_at is not None
    assert AuditEvent.objects.filter(action="case.transfer_undone").count() == 1
    assert client.get(_page(case)).url == reverse("case", args=[case.number])
    assert client.post(reverse("case_take_back", args=[case.number])).status_code == 404


def test_a_note_of_theirs_is_work_and_so_it_stays(shop, handed, enter) -> None:
    add_note(handed, text="看到了", by=shop.by_agent.of(shop.stranger))
    client = enter(shop.agent)
    assert "cannot be taken back any more" in client.get(_page(handed)).content.decode()
    client.post(reverse("case_take_back", args=[handed.number]))
    assert Case.objects.get().owner == shop.stranger


def test_after_a_day_it_stays(shop, make_case, enter) -> None:
    case = make_case()
    with telling_of(timezone.now() - timedelta(hours=25)):
        transfer_case(case, to=shop.stranger, summary="说明", unit=shop.far_store, by=shop.by_agent)
    enter(shop.agent).post(reverse("case_take_back", args=[case.number]))
    assert Case.objects.get().unit == shop.far_store
