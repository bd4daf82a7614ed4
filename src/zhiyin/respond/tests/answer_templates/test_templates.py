"""Templates: kept in versions, offered where they fit, filled, and never sent with a hole."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.answer_templates.panel import list_for_case
from zhiyin.respond.answer_templates.services import (
    TemplateWords,
    save_template,
    switch_template,
    undo_template,
)
from zhiyin.respond.models import AnswerTemplate
from zhiyin.respond.outbox.errors import VariableMissing
from zhiyin.respond.services import Contact, send_answer

pytestmark = pytest.mark.django_db
TEXT = "{customer_name}您好，{store}已收到，单号 {case_number}，{owner}会在 {due} 前答复您。"


def _save(text=TEXT, **fields):
    return save_template(
        TemplateWords(name=fields.pop("name", "收到"), text_zh=text, **fields), by=SYSTEM, scope=EVERYTHING
    )


def test_a_template_is_filled_with_what_is_known_and_names_what_is_not(shop, make_case) -> None:
    _save()
    case = make_case()
    (offered,) = list_for_case(case)
    assert f"北京一店已收到，单号 {case.number}" in offered.filled.text
    assert "月" in offered.filled.text
    assert offered.filled.missing[0] == "customer_name"


def test_the_customers_name_is_put_in_as_the_answer_leaves(shop, make_case) -> None:
    case = make_case(contact=Contact(name="陈思远", email="chen@example.com"))
    sent = send_answer(case, text="{customer_name}您好，明天 18:00 前换新。", by=shop.by_agent)
    assert sent.answers.get().text == "陈思远您好，明天 18:00 前换新。"


def test_an_answer_with_a_hole_is_not_sent_and_not_lost(shop, make_case, enter) -> None:
    case = make_case()
    text = "{customer_name}您好，明天 18:00 前换新。"
    with pytest.raises(VariableMissing):
        send_answer(case, text=text, by=shop.by_agent)
    refused = enter(shop.agent).post(reverse("case_answer", args=[case.number]), {"answer": text})
    assert refused.status_code == 422
    assert "Words in braces are not filled in yet" in refused.content.decode()
    assert text in refused.content.decode()


def test_templates_are_offered_where_they_fit(shop, make_case) -> None:
    _save(name="全公司")
    _save(name="华北", unit_id=shop.north.pk)
    _save(name="华南", unit_id=shop.south.pk)
    _save(name="别的渠道", channel="email")
    off = _save(name="停用的")
    switch_template(off.key, is_on=False, by=SYSTEM, scope=EVERYTHING)
    assert [one.template.name for one in list_for_case(make_case())] == ["华北", "全公司"]


def test_of_two_who_change_a_template_the_second_is_told(shop) -> None:
    made = _save()
    changed = TemplateWords(name="收到", text_zh="您好")
    save_template(changed, by=SYSTEM, scope=EVERYTHING, key=made.key, version=1)
    with pytest.raises(Conflict):
        save_template(changed, by=SYSTEM, scope=EVERYTHING, key=made.key, version=1)
    undo_template(made.key, by=SYSTEM, scope=EVERYTHING)
    newest = AnswerTemplate.objects.get(is_newest=True)
    assert (newest.version, newest.text_zh) == (3, TEXT)


def test_slips_and_forbidden_words_are_found_when_a_template_is_kept(shop) -> None:
    for text in ("{custmer_name}您好", "麻烦您把差评删掉，谢谢。", ""):
        with pytest.raises(InvalidInput):
            _save(text)
    with pytest.raises(NotFound):  # of all units, by somebody of one
        save_template(
            TemplateWords(name="收到", text_zh="您好"),
            by=SYSTEM,
            scope=Scope(unit_ids=frozenset({shop.store.pk})),
        )


def test_the_page_makes_changes_and_switches_templates(shop, enter) -> None:
    client = enter(shop.owner)
    assert "No templates yet" in client.get(reverse("answer_templates")).content.decode()
    assert client.post(reverse("answer_templates"), {"name": "收到"}).status_code == 422
    client.post(reverse("answer_templates"), {"name": "收到", "text_zh": TEXT})
    made = AnswerTemplate.objects.get()
    one = reverse("answer_template", args=[made.key])
    assert "收到" in client.get(reverse("answer_templates")).content.decode()
    client.post(one, {"name": "已收到", "text_zh": "您好，{store}", "version": 1})
    assert AnswerTemplate.objects.get(is_newest=True).name == "已收到"
    assert client.post(one, {"name": "旧的", "text_zh": "您好", "version": 1}).status_code == 422
    client.post(reverse("switch_answer_template", args=[made.key]), {"action": "off"})
    assert not AnswerTemplate.objects.get(is_newest=True).is_on
    assert enter(shop.agent).get(reverse("answer_templates")).status_code == 403


def test_a_template_goes_into_the_draft_without_script(shop, make_case, enter) -> None:
    made, case = _save(), make_case()
    client = enter(shop.agent)
    assert "收到" in client.get(reverse("case", args=[case.number])).content.decode()
    sent = client.post(reverse("case_use_template", args=[case.number]), {"template": str(made.key)})
    assert sent.url.endswith("#answer")
    assert case.number in case.answers.get().text
    assert client.post(reverse("case_use_template", args=[case.number]), {"template": "x"}).status_code == 404
