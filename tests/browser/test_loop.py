"""From an urgent voice to a case, an answer, the customer's page, "not solved", and the same owner again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.looking import Looked
from tests.installation import Installation, Staff

ANSWER = "非常抱歉让您久等。这一单全额退给您，店长已调整排班，明天下班前回复您。"
STILL = "退款还没有到账。"
PHONE = "13800001234"


def _send_urgent(company: Installation, staff: Staff, *, name: str) -> str:
    (id_,) = company.send(
        staff.key,
        {
            "external_id": name,
            # Urgent, but nobody came to harm: of that Zhiyin would open the case by itself.
            "text": f"等了一个半小时没人管，再不解决我就打12315，找记者曝光，单号{name}",
            "channel": "call_centre",
            "unit": {"code": staff.store.code},
        },
    )
    return id_


def _open_case(agent: Looked, feedback_id: str) -> str:
    """Open a case from the voice's page; returns the number."""
    agent.wait_for_page(f"/voices/{feedback_id}/")
    agent.page.locator(f"form[action*='/voices/{feedback_id}/case/'] button").first.click()
    agent.page.fill("[name=phone]", PHONE)
    agent.page.locator("form.case-side button.btn-primary").click()
    agent.page.wait_for_url(re.compile(r"/cases/[^/]+/"))
    found = re.search(r"/cases/([^/]+)/", agent.page.url)
    assert found
    return found[1]


def _answer(agent: Looked) -> str:
    """Answer the customer; returns the address of the customer's page without its host."""
    link = agent.page.locator("#customer-link").input_value()
    agent.page.fill("#answer-text", ANSWER)
    agent.page.locator("#answer button[name=action][value=send]").click()
    expect(agent.page.locator(".case-story")).to_contain_text(ANSWER)
    return re.sub(r"^https?://[^/]+", "", link)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_matter_that_is_not_solved_comes_back_to_the_same_owner(
    open_as: Open, company: Installation, staff: Staff, has_script: bool
) -> None:
    feedback_id = _send_urgent(company, staff, name=f"loop-{has_script}")
    with open_as("agent") as agent:
        number = _open_case(agent, feedback_id)
        owner = agent.page.locator(".case-owner").inner_text()
        path = _answer(agent)
        with open_as(None, width=360, has_script=has_script) as customer:
            assert customer.page.goto(company.url + path).status == 200
            _say_not_solved(customer.page)
        agent.goto(f"/cases/{number}/")
        expect(agent.page.locator(".case-story")).to_contain_text(STILL)
        assert agent.page.locator(".case-owner").inner_text() == owner
        agent.page.wait_for_selector("#answer-text")  # it is open again


def _say_not_solved(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(ANSWER)
    expect(page.locator("main")).not_to_contain_text(PHONE)
    page.locator("details.no summary").click()
    page.fill("#unsolved", STILL)
    page.locator("button[value=unsolved]").click()
    expect(page.locator("main")).to_contain_text(STILL)


def test_a_customer_finds_the_case_by_number_and_digits_and_not_by_others(
    open_as: Open, company: Installation, staff: Staff
) -> None:
    feedback_id = _send_urgent(company, staff, name="found-again")
    with open_as("agent") as agent:
        number = _open_case(agent, feedback_id)
    with open_as(None, width=360, has_script=False, language="en") as customer:
        _find(customer, number=number, digits="9999")
        expect(customer.page.locator("[role=alert]")).to_be_visible()
        _find(customer, number=number, digits=PHONE[-4:])
        expect(customer.page.locator("h1")).to_contain_text(number)


def _find(customer: Looked, *, number: str, digits: str) -> None:
    customer.page.goto(customer.address + "/track/")
    customer.page.fill("#number", number)
    customer.page.fill("#digits", digits)
    customer.page.locator("form button[type=submit]").last.click()


def test_a_customer_speaks_and_an_agent_reads_it(open_as: Open, company: Installation, staff: Staff) -> None:
    text = "柜台上的吸管盒没有盖子，希望换成有盖的"
    with open_as(None, width=360, has_script=False) as customer:
        customer.page.goto(customer.address + "/speak/")
        customer.page.fill("#text", text)
        customer.page.locator("main button[type=submit]").click()
        expect(customer.page.locator("[role=status]")).to_be_visible()
    with open_as("owner") as owner:
        owner.find_text("/voices/", text)
