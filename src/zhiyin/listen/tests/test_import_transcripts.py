"""Transcripts through the import page and the run: shown turn by turn, stored with what they mean."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhiyin.listen.services.imports import run_import
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

TALK = {
    "call_id": "c-1",
    "started_at": "2026-03-05 14:20:00",
    "turns": [
        {"speaker": "SPEAKER_00", "text": "您好，请问有什么可以帮您", "start": 0, "end": 4},
        {"speaker": "SPEAKER_01", "text": "我的外卖没送到", "start": 5, "end": 8},
        {"speaker": "SPEAKER_00", "text": "对不起，明天上午给您回电", "start": 30, "end": 34},
    ],
}


@pytest.fixture
def owner(engine, settings, db):
    settings.HOME = engine.home
    account = create_account("owner", password="correct horse battery staple", language="en")
    grant_role(account, role=Role.OWNER, unit=None)
    client = Client()
    client.force_login(account)
    client.cookies["django_language"] = "en"
    return client


def test_the_page_shows_the_first_turns_and_says_that_speakers_are_guessed(owner):
    file = SimpleUploadedFile("talks.json", json.dumps(TALK, ensure_ascii=False).encode())
    page = owner.get(owner.post("/import/", {"file": file})["Location"])
    words = page.content.decode()
    assert page.context["form"].can_start
    assert "In 1 conversation the file does not say plainly who speaks" in words
    assert "我的外卖没送到" in words


@pytest.mark.parametrize("name", ["talks.json", "talk.vtt", "talks.csv"])
def test_a_transcript_is_stored_once_with_its_promise(name, tmp_path, engine, intake, pipeline, query):
    path = tmp_path / name
    path.write_text(
        {
            "talks.json": json.dumps(TALK, ensure_ascii=False),
            "talk.vtt": "WEBVTT\n\n00:01.000 --> 00:03.000\n<v 客户>没送到\n\n"
            "00:04.000 --> 00:06.000\n<v 客服>明天上午给您回电\n",
            "talks.csv": "call_id,speaker,start,text\nc,客户,0,没送到\nc,客服,4,明天上午给您回电\n",
        }[name]
    )
    for _ in range(2):
        run_import(path, intake=intake, home=engine.home)
        pipeline.drain()
    ((n, words),) = query(
        "SELECT count(*), any_value(list_filter(conversation.marks, m -> m.kind = 'promise')[1].words)"
        " FROM feedback"
    )
    assert n == 1
    assert words.endswith("明天上午给您回电")
