"""What somebody typed into a case that is over by then comes back to them."""

from __future__ import annotations

from django.urls import reverse

from zhiyin.respond.services import close_case


def test_an_answer_typed_while_a_colleague_closed_the_case_comes_back(shop, make_case, enter) -> None:
    case, browser = make_case(), enter(shop.agent)
    version = case.version
    close_case(case, by=shop.by_manager, reason="SOLVED ELSEWHERE")
    typed = {"answer": "A LONG ANSWER & <b>MORE</b>", "version": str(version)}
    refused = browser.post(reverse("case_answer", args=[case.number]), typed)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "A LONG ANSWER &amp; &lt;b&gt;MORE&lt;/b&gt;" in page
    assert "readonly>A LONG ANSWER" in page
    assert "readonly>A LONG" not in browser.get(reverse("case", args=[case.number])).content.decode()
