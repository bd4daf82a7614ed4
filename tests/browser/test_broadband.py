"""The broadband story from both sides: told once, handed over three times, and nothing asked again."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.looking import Looked
from tests.installation import Installation, Staff

TOLD = "家里宽带三天断了五次，光猫型号HG8245，订单号88123456。我报修了三次，每次都要从头说，请周五前修好。"
ANSWER = "您好，断线的原因是楼道的分光器老化，我们今天下午已更换并测试。11月30日前会再回访，确认不再断线。"
STILL = "昨晚又断了一次。"
NAMES = {"manager": "陈店长", "agent": "周敏", "owner": "林晓"}
# Who hands it to whom, why, and what is said.
HAND_OVERS = (
    ("manager", "agent", "needs_skill", "客户家宽带频繁断线，门店查不了线路，请网络组看。"),
    ("agent", "owner", "needs_power", "线路正常，疑似分光器老化，换件要总部批准。"),
    ("owner", "manager", "customer_asked", "已批准更换分光器，客户希望还是门店联系。"),
)
_MAKE_LINK = """
import django; django.setup()
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import EVERYTHING
from zhiyin.portal.services.speak_links import create_link
print(create_link(OrgUnit.objects.get(code={code!r}).pk, scope=EVERYTHING, touchpoint="宽带").code)
"""


def test_what_is_told_once_is_known_to_everybody_who_looks_after_it(
    open_as: Open, company: Installation, staff: Staff
) -> None:
    code = company.python("-c", _MAKE_LINK.format(code=staff.store.code)).strip()
    with open_as(None, width=360) as customer:
        track, number = _tell(customer, code)
        for hands, takes, reason, summary in HAND_OVERS:
            with open_as(hands) as colleague:
                _hand_over(colleague, number=number, to=NAMES[takes], reason=reason, summary=summary)
            customer.goto(track)
            expect(customer.page.locator("main")).to_contain_text(NAMES[takes])
            expect(customer.page.locator("main")).not_to_contain_text(summary)
        with open_as("manager") as manager:
            _knows_everything(manager, number)
            _answer(manager, number)
        customer.goto(track)
        expect(customer.page.locator("main")).to_contain_text(ANSWER)
        _is_not_solved(customer)
        with open_as("manager") as manager:
            manager.goto(f"/cases/{number}/")
            expect(manager.page.locator(".case-owner")).to_contain_text(NAMES["manager"])
            expect(manager.page.locator(".case-story")).to_contain_text(STILL)
            manager.page.wait_for_selector("#answer-text")  # it is open again


def _tell(customer: Looked, code: str) -> tuple[str, str]:
    """Tell it; returns the customer's page without its host, and the number."""
    customer.goto(f"/speak/{code}/")
    customer.page.fill("#text", TOLD)
    customer.page.check("#wants_answer")
    customer.page.fill("#name", "王芳")
    customer.page.fill("#phone", "13800001234")
    customer.page.locator("main button[type=submit]").click()
    link = customer.page.locator("main a[href*='/track/']").first
    address = link.get_attribute("href") or ""
    customer.goto(re.sub(r"^https?://[^/]+", "", address))
    found = re.search(r"K\d{4}-\d{6}", customer.page.locator("main").inner_text())
    assert found
    return re.sub(r"^https?://[^/]+", "", address), found[0]


def _hand_over(colleague: Looked, *, number: str, to: str, reason: str, summary: str) -> None:
    colleague.goto(f"/cases/{number}/")
    colleague.page.locator("summary[data-key=a]").click()
    colleague.page.select_option("#to", label=to)
    colleague.page.select_option("#transfer-reason", reason)
    colleague.page.fill("#summary", summary)
    colleague.page.locator("form:has(#summary) button").last.click()
    expect(colleague.page.locator(".case-owner")).to_contain_text(to)


def _knows_everything(manager: Looked, number: str) -> None:
    """The brief has every fact and summary; a question that was answered is not asked again."""
    manager.goto(f"/cases/{number}/")
    brief = manager.page.locator("#case-brief")
    for known in ("HG8245", *(summary for *_, summary in HAND_OVERS)):
        expect(brief).to_contain_text(known)
    manager.page.fill("#asked-words", "光猫是什么型号？")
    expect(manager.page.locator("#case-asked")).to_contain_text("HG8245")


def _answer(manager: Looked, number: str) -> None:
    manager.page.fill("#answer-text", ANSWER)
    manager.page.locator("#answer button[name=action][value=send]").click()
    expect(manager.page.locator(".case-story")).to_contain_text(ANSWER)


def _is_not_solved(customer: Looked) -> None:
    customer.page.locator("details.no summary").click()
    customer.page.fill("#unsolved", STILL)
    customer.page.locator("button[value=unsolved]").click()
    expect(customer.page.locator("main")).to_contain_text(STILL)
