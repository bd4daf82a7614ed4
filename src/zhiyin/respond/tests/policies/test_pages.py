"""The pages where policies are written and tried, limits are set, and compensations are listed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhiyin.people.models import AuditEvent
from zhiyin.respond.models import Budget, Policy, PolicyCase
from zhiyin.respond.policies.aspects import is_about
from zhiyin.respond.policies.granting import decide_case, grant
from zhiyin.respond.policies.tables import write_jdm
from zhiyin.respond.policies.versions import find_draft, find_live

_ROW = {
    "row-0-cell-0": "> 10",
    "row-0-answer": "yes",
    "row-0-kind": "money",
    "row-0-amount": "fee * 0.5",
    "row-0-reason_zh": "我们的原因。",
    "row-0-reason_en": "It is our doing.",
}
_FORM = {
    "n_columns": "1",
    "n_rows": "1",
    "col-0-field": "fee",
    "col-0-type": "money",
    "revision": "0",
    **_ROW,
}

_OTHER_ROW = {
    "n_rows": "2",
    "row-1-answer": "instead",
    "row-1-reason_zh": "我们的原因。",
    "row-1-reason_en": "It is our doing.",
    "row-1-condition_zh": "可换货。",
    "row-1-condition_en": "Exchange it.",
}


def _undo(response: Any) -> str:
    """The address of the button "Undo" on the page."""
    found = re.search(r'action="([^"]*undo/[^"]*)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_a_table_is_written_tried_and_put_in_force_without_any_script(
    shop: Any, enter: Callable[..., Any]
) -> None:
    browser, url = enter(shop.owner), reverse("manage_policies")
    assert "No policies yet" in browser.get(url).content.decode()
    assert browser.post(url, {"name": " "}).status_code == 422
    made = browser.post(url, {"name": "退费", "unit": ""})
    policy = Policy.objects.get()
    edit = reverse("policy_edit", args=[policy.code])
    assert made.headers["Location"] == edit
    assert "The fee that is asked" in browser.get(edit).content.decode()
    more = browser.post(edit, {**_FORM, "do": "add_row"}).content.decode()
    assert "Row 2" in more
    assert "Not kept yet." in more
    wider = browser.post(edit, {**_FORM, "do": "add_column"}).content.decode()
    assert 'name="row-0-cell-1"' in wider
    wrong = browser.post(edit, {**_FORM, "row-0-cell-0": "> > 3", "do": "save"})
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "Row 1, “The fee that is asked”: “&gt; &gt; 3” is no condition." in said
    assert find_draft(policy) is None
    assert browser.post(edit, {**_FORM, "do": "save"}).status_code == 302
    page_url = reverse("policy", args=[policy.code])
    assert "without one it does not go live" in browser.get(page_url).content.decode()
    live = reverse("policy_live", args=[policy.code])
    assert browser.post(live, {"revision": "1"}).status_code == 409
    test = {"test_name": "大额", "in-fee": "20", "test_answer": "yes", "test_amount": "11"}
    assert browser.post(reverse("policy_test", args=[policy.code]), test).status_code == 302
    refused = browser.post(live, {"revision": "1"})
    assert (refused.status_code, "大额" in refused.content.decode()) == (409, True)
    remove = reverse("policy_test_remove", args=[policy.code, PolicyCase.objects.get().pk])
    gone = browser.post(remove, follow=True)
    assert not PolicyCase.objects.exists()
    assert browser.post(_undo(gone)).status_code == 302
    (back,) = PolicyCase.objects.all()
    assert (back.name, back.input, back.amount_cents) == ("大额", {"fee": 20}, 1100)
    assert browser.post(reverse("policy_test_remove", args=[policy.code, back.pk])).status_code == 302
    assert (
        browser.post(reverse("policy_test", args=[policy.code]), {**test, "test_amount": "10"}).status_code
        == 302
    )
    assert browser.post(live, {"revision": "1"}).status_code == 302
    assert find_live(policy) is not None
    assert "Version 1 is in force" in browser.get(page_url).content.decode()
    assert AuditEvent.objects.filter(action="policy.live").exists()


def test_what_was_done_to_a_policy_is_taken_back(
    shop: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    policy, browser = make_live("50").policy, enter(shop.owner)
    edit, live = (reverse(name, args=[policy.code]) for name in ("policy_edit", "policy_live"))
    browser.post(edit, {**_FORM, **_OTHER_ROW, "do": "save"})
    dropped = browser.post(reverse("policy_drop", args=[policy.code]), follow=True)
    assert find_draft(policy) is None
    assert browser.post(_undo(dropped)).status_code == 302
    assert find_draft(policy) is not None
    planned = browser.post(live, {"revision": "1", "from": "2126-11-30T09:00"}, follow=True)
    assert find_draft(policy) is None
    off = reverse("policy_call_off", args=[policy.code, 2])
    assert planned.content.decode().count(off) == 2  # in the message, and for as long as it is to come
    assert browser.post(off).status_code == 302
    again = find_draft(policy)
    assert again is not None
    current = find_live(policy)
    assert current is not None
    assert (current.n, current.valid_to, again.n) == (1, None, 2)
    assert browser.post(off).status_code == 404
    now = browser.post(live, {"revision": str(again.revision)}, follow=True).content.decode()
    assert reverse("policy_back", args=[policy.code, 1]) in now
    settings = {"name": "年费", "approval_hours": "8", "aspects": "price", "is_on": "on"}
    changed = browser.post(reverse("policy_settings", args=[policy.code]), settings, follow=True)
    undo = _undo(changed)
    assert browser.post(undo).status_code == 302
    policy.refresh_from_db()
    assert (policy.name, policy.approval_hours, policy.aspects) == ("退费", 4, "")
    assert browser.post(undo.replace("was=", "was=x")).status_code == 404


def test_a_planned_version_is_not_called_off_over_another_draft(
    shop: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    policy, browser = make_live("50").policy, enter(shop.owner)
    edit, live = (reverse(name, args=[policy.code]) for name in ("policy_edit", "policy_live"))
    browser.post(edit, {**_FORM, **_OTHER_ROW, "do": "save"})
    browser.post(live, {"revision": "1", "from": "2126-11-30T09:00"})
    browser.post(edit, {**_FORM, **_OTHER_ROW, "do": "save"})
    refused = browser.post(reverse("policy_call_off", args=[policy.code, 2]))
    assert (refused.status_code, "There is another draft." in refused.content.decode()) == (409, True)


def test_the_form_goes_on_where_a_row_was_added(shop: Any, make_live: Any, enter: Any) -> None:
    edit = reverse("policy_edit", args=[make_live().policy.code])
    page = enter(shop.owner).post(edit, {**_FORM, "do": "add_row"})
    assert [row.is_next for row in page.context["rows"]] == [False, True]
    assert page.content.decode().count(" autofocus") == 1


def test_an_answer_that_gives_nothing_and_no_alternative_is_refused_by_the_editor(
    shop: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    edit = reverse("policy_edit", args=[make_live().policy.code])
    bare = {**_FORM, "row-0-answer": "instead", "row-0-kind": "", "row-0-amount": ""}
    said = enter(shop.owner).post(edit, {**bare, "do": "save"}).content.decode()
    assert "Never a bare no: say what can be done instead." in said


def test_the_trial_stands_on_the_page_before_going_live(
    shop: Any, make_case: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    live = make_live("50")
    decide_case(make_case(), live, given={"fee": 20}, sources={}, by=shop.by_agent)
    browser = enter(shop.owner)
    edit = reverse("policy_edit", args=[live.policy.code])
    assert browser.post(edit, {**_FORM, "do": "save"}).status_code == 302
    page = browser.get(reverse("policy", args=[live.policy.code])).content.decode()
    assert "What would it have granted?" in page
    assert "cost -40.00." in page
    assert browser.post(reverse("policy_drop", args=[live.policy.code])).status_code == 302
    assert find_draft(live.policy) is None


def test_a_file_goes_out_and_comes_back_as_a_draft(
    shop: Any, make_live: Any, make_table: Any, enter: Callable[..., Any]
) -> None:
    live, browser = make_live(), enter(shop.owner)
    out = browser.get(reverse("policy_export", args=[live.policy.code, 1]))
    assert out.content.decode() == live.jdm
    url = reverse("policy_import", args=[live.policy.code])
    good = write_jdm(make_table("70"), name="x").encode()
    assert browser.post(url, {"file": SimpleUploadedFile("a.json", good)}).status_code == 302
    draft = find_draft(live.policy)
    assert draft is not None
    assert "70" in draft.jdm
    assert browser.post(url, {"file": SimpleUploadedFile("a.json", b"{}")}).status_code == 422
    bad = write_jdm(make_table("70", reason_zh=""), name="x").encode()
    shown = browser.post(url, {"file": SimpleUploadedFile("a.json", bad)})
    assert (shown.status_code, "needs a reason" in shown.content.decode()) == (422, True)


def test_the_shipped_ones_come_by_a_button_and_go_back_by_one(shop: Any, enter: Callable[..., Any]) -> None:
    browser = enter(shop.owner)
    assert browser.post(reverse("use_shipped_policies")).status_code == 302
    assert "Late delivery" in browser.get(reverse("manage_policies")).content.decode()
    page = browser.get(reverse("policy", args=["annual-fee"])).content.decode()
    assert "Spent in a month, on average of 12 ≥ 1000" in page
    assert browser.post(reverse("policy_back", args=["annual-fee", 1])).status_code == 302
    assert "Version 2 is in force" in browser.get(reverse("policy", args=["annual-fee"])).content.decode()
    settings = reverse("policy_settings", args=["annual-fee"])
    assert browser.post(settings, {"name": "年费", "approval_hours": "0"}).status_code == 422
    assert (
        browser.post(settings, {"name": "年费", "approval_hours": "8", "aspects": "price"}).status_code == 302
    )
    policy = Policy.objects.get(code="annual-fee")
    assert (policy.name, policy.approval_hours, policy.is_on) == ("年费", 8, False)


def test_limits_are_set_and_removed(shop: Any, enter: Callable[..., Any]) -> None:
    browser, url = enter(shop.owner), reverse("manage_limits")
    limit = {"of": "unit", "period": "month", "amount": "1,000", "unit": "north"}
    assert browser.post(url, {**limit, "amount": "much"}).status_code == 422
    assert browser.post(url, {**limit, "role": "agent"}).status_code == 422
    assert browser.post(url, limit).status_code == 302
    budget = Budget.objects.get()
    assert (budget.limit_cents, budget.unit) == (100_000, shop.north)
    assert "1,000.00" in browser.get(url).content.decode()
    gone = browser.post(reverse("drop_limit", args=[budget.pk]), follow=True)
    assert not Budget.objects.exists()
    assert browser.post(_undo(gone)).status_code == 302
    assert Budget.objects.get().limit_cents == 100_000
    assert browser.post(reverse("put_limit_back") + "?limit=forged").status_code == 404


def test_compensations_are_listed_summed_and_exported_within_the_scope(
    shop: Any, decided: Any, enter: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    numbers = [grant(decided(), by=shop.by_agent, customer=None).case.number for _ in range(3)]
    browser, url = enter(shop.manager), reverse("compensations")
    page = browser.get(url).content.decode()
    assert all(number in page for number in numbers)
    assert "<strong>150.00</strong>" in page
    with django_assert_max_num_queries(30):
        browser.get(url)
    assert numbers[0] not in browser.get(url, {"kind": "points"}).content.decode()
    assert "Nothing was given" in browser.get(url, {"state": "undone"}).content.decode()
    file = browser.get(reverse("compensations_export") + "?format=csv")
    assert numbers[0].encode() in b"".join(file.streaming_content)
    assert numbers[0] not in enter(shop.stranger).get(url).content.decode()


@pytest.mark.parametrize("name", ["manage_policies", "manage_limits"])
def test_whoever_may_not_set_policies_finds_no_page(shop: Any, enter: Callable[..., Any], name: str) -> None:
    assert enter(shop.agent).get(reverse(name)).status_code in (403, 404)


def test_amounts_and_who_has_to_agree_are_said_in_words(shop: Any, make_live: Any, enter: Any) -> None:
    policy = make_live("fee * 0.5", answer="needs_approval", approvers="above + owner > @manager").policy
    page = enter(shop.owner).get(reverse("policy", args=[policy.code])).content.decode()
    assert "Money back The fee that is asked × 0.5" in page
    assert "whoever stands above together with an owner, then @manager" in page


def test_aspects_are_chosen_by_name(shop: Any, make_live: Any, enter: Any) -> None:
    policy, browser = make_live().policy, enter(shop.owner)
    Policy.objects.filter(pk=policy.pk).update(aspects="of_old,price,tariff_billing")
    page = browser.get(reverse("policy", args=[policy.code]))
    chosen = [(one.code, one.name) for one in page.context["aspects"] if one.is_chosen]
    # What only the tree of another industry knows is called as there.
    assert chosen == [("price", "Price"), ("of_old", "of_old"), ("tariff_billing", "Billing")]
    url = reverse("policy_settings", args=[policy.code])
    settings = {"name": "退费", "approval_hours": "4", "is_on": "on"}
    assert browser.post(url, {**settings, "aspects": ["service", "of_old"]}).status_code == 302
    policy.refresh_from_db()
    assert policy.aspects == "service,of_old"
    refused = browser.post(url, {**settings, "aspects": ["service", "nothing"]})
    assert (refused.status_code, "Choose aspects from the list" in refused.content.decode()) == (422, True)
    policy.refresh_from_db()
    assert policy.aspects == "service,of_old"


@pytest.mark.parametrize(
    ("aspects", "aspect", "is_suggested"),
    [
        ("service", "service_wait_time", True),
        ("service_wait_time", "service", False),
        ("of_old", "of_old_late", True),
        ("price,dish", "dish_taste", True),
        ("dish_taste", "dish_look", False),
        ("", "dish_look", False),
    ],
)
@pytest.mark.django_db
def test_a_policy_is_suggested_for_what_stands_below_its_aspects(
    aspects: str, aspect: str, is_suggested: bool
) -> None:
    assert is_about(aspects, aspect=aspect) is is_suggested
