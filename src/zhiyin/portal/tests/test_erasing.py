"""When a customer is erased, nothing that was written stays in cases or on their pages."""

from __future__ import annotations

import json

import pytest
from django.core import serializers

from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.erasure import erase_person
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.people.actors import Actor
from zhiyin.portal.models import AddedWords
from zhiyin.respond.models import Case, CaseAnswer, CaseEvent, CaseNote, CustomerWords
from zhiyin.respond.services import add_note, send_answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def erase(home, analyser):
    def run(**whom: object) -> int:
        return erase_person(home, Pipeline(home, Analysis(lambda: analyser.analyse_batch)), **whom)

    return run


def _key_of(lake_rows, case: Case) -> str:
    ((key,),) = lake_rows(f"SELECT author_key FROM feedback WHERE feedback_id = '{case.feedback_id}'")
    return str(key)


def _written() -> str:
    """All rows of cases as text."""
    models = (Case, CaseNote, CaseAnswer, CustomerWords, CaseEvent, AddedWords)
    return json.dumps(
        [serializers.serialize("python", model.objects.all()) for model in models],
        default=repr,
        ensure_ascii=False,
    )


def test_contact_words_notes_and_answers_go_and_the_case_is_closed(
    client, ask, process, company, lake_rows, erase
) -> None:
    asked, by = ask(text="独一无二的投诉，等了四十分钟"), Actor.of(company.manager)
    add_note(asked.case, text="独一无二的备注", by=by)
    send_answer(asked.case, text="独一无二的答复", by=by)
    client.post(asked.path, {"do": "add", "words": "独一无二的补充", "form_id": "a" * 32})
    process()
    assert _written().count("独一无二") >= 4
    assert erase(author_key=_key_of(lake_rows, asked.case)) == 2
    assert "独一无二" not in _written()
    case = Case.objects.get()
    assert (case.status, case.contact_sealed, case.phone_index) == ("closed", None, None)
    assert (case.owner, case.number) == (company.manager, asked.case.number)
    assert client.get(asked.path).status_code == 404
    found = client.post("/track/", {"number": case.number, "digits": "5678"})
    assert found.status_code == 422


def test_erasing_again_changes_nothing_more(ask, process, lake_rows, erase) -> None:
    case = ask().case
    process()
    erase(author_key=_key_of(lake_rows, case))
    events = CaseEvent.objects.count()
    erase(feedback_ids=[case.feedback_id])
    assert CaseEvent.objects.count() == events


def test_the_cases_of_others_stay_as_they_are(client, ask, process, erase) -> None:
    mine, other = ask(text="这是我的事，太慢"), ask(text="这是别人的事，太慢", phone="13900001111")
    process()
    assert erase(feedback_ids=[mine.case.feedback_id]) == 1
    assert client.get(mine.path).status_code == 404
    page = client.get(other.path)
    assert page.status_code == 200
    assert "这是别人的事" in page.content.decode()


def test_of_an_added_voice_that_is_erased_only_its_words_go(client, ask, process, erase) -> None:
    asked = ask(text="第一句话")
    client.post(asked.path, {"do": "add", "words": "第二句话", "form_id": "b" * 32})
    process()
    erase(feedback_ids=[AddedWords.objects.get().feedback_id])
    page = client.get(asked.path).content.decode()
    assert "第一句话" in page
    assert "第二句话" not in page
