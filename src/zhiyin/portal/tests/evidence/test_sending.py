"""A customer sends photos and a recording along; staff open them, and they go with the customer."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.portal.evidence.keeping import erase_evidence
from zhiyin.portal.evidence.sealed_files import path_of
from zhiyin.portal.models import Evidence
from zhiyin.portal.tests.evidence.making import PLACE, jpeg, m4a, png, wav
from zhiyin.respond.models import Case

PASSWORD = "correct horse battery staple"


def _file(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def staff_client(company):
    client = Client()
    client.force_login(company.manager)
    return client


def _post(client, link, data, **files):
    return client.post(f"/speak/{link.code}/", data | files)


def _content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_photos_and_a_recording_reach_the_case_without_their_place(client, link, fill, staff_client, company):
    data = fill(client, wants_answer="on")
    response = _post(client, link, data, photos=[_file(jpeg()), _file(png(), "b.png")], sound=_file(m4a()))
    assert response.status_code == 200
    case = Case.objects.get()
    assert {one.kind for one in Evidence.objects.all()} == {"jpeg", "png", "m4a"}
    page = staff_client.get(f"/cases/{case.number}/").content.decode()
    addresses = re.findall(r'href="(/evidence/[0-9a-f-]{36}/)"', page)
    assert len(addresses) == 3
    answer = staff_client.get(addresses[0])
    content = _content(answer)
    assert b"PICTURE" in content
    assert PLACE not in content
    assert PLACE not in b"".join(path_of(one.uuid).read_bytes() for one in Evidence.objects.all())
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert int(answer["Content-Length"]) == len(content)
    assert AuditEvent.objects.filter(action="evidence.opened").count() == 1
    token = re.search(r"/track/([\w-]{22})/", response.content.decode())[1]
    assert "您还发来了：2 张照片、1 段录音。" in client.get(f"/track/{token}/").content.decode()


def test_who_may_not_open_it_gets_nothing(client, link, fill, company):
    _post(client, link, fill(client), photos=_file(jpeg()))
    address = f"/evidence/{Evidence.objects.get().uuid}/"
    stranger = create_account("wu-signin", password=PASSWORD)
    grant_role(stranger, role=Role.MANAGER, unit=company.other)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert Client().get(address).status_code in (302, 403)


@pytest.mark.parametrize(
    ("field", "content", "name", "message"),
    [
        ("photos", b"MZ\x90\0" + bytes(200), "photo.jpg", "不是我们能读的照片"),
        ("photos", b"<script>alert(1)</script>", "<script>.png", "不是我们能读的照片"),
        ("photos", b"\0\0\0\x18ftypheic" + bytes(99), "IMG_1.HEIC", "请用 JPEG 格式"),
        ("photos", jpeg()[:-20], "half.jpg", "已损坏"),
        ("photos", b"", "none.jpg", "是空的"),
        ("sound", jpeg(), "voice.m4a", "不是我们能读的录音"),
        ("sound", m4a(track=b"vide"), "film.m4a", "是视频"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_that_was_typed_is_lost(
    client, link, fill, process, field, content, name, message
):
    data = fill(client, text="打了很久的字", name="小李")
    response = _post(client, link, data, **{field: _file(content, name)})
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "<script>" not in page
    assert "打了很久的字" in page
    assert 'value="小李"' in page
    assert data["form_id"] in page
    assert not Evidence.objects.exists()
    assert process() == 0


def test_a_photo_that_is_too_large_is_told_and_the_others_stay(client, link, fill):
    data = fill(client, text="三张照片")
    large = _file(jpeg(size=21 * 1024 * 1024), "big.jpg")
    files = [_file(jpeg(size=3_000_000), "a.jpg"), large, _file(png(), "c.png")]
    page = _post(client, link, data, photos=files).content.decode()
    assert "“big.jpg”超过 20 MB" in page
    assert page.count('name="let_go"') == 2
    assert "三张照片" in page
    # Sent again without choosing anything anew, what was kept goes along.
    assert _post(client, link, data).status_code == 200
    assert Evidence.objects.exclude(feedback_id="").count() == 2


def test_five_photos_are_enough_and_the_same_one_counts_once(client, link, fill):
    data = fill(client)
    many = [_file(jpeg(size=n), f"{n}.jpg") for n in range(6)]
    page = _post(client, link, data, photos=many).content.decode()
    assert "最多五张照片" in page
    assert Evidence.objects.count() == 5
    assert _post(client, link, data, photos=_file(jpeg(size=1))).status_code == 200
    assert Evidence.objects.count() == 5


def test_a_photo_can_be_left_out_again(client, link, fill, django_capture_on_commit_callbacks):
    data = fill(client, text="")
    data["name"] = "字" * 41
    _post(client, link, data, photos=_file(jpeg()))
    kept = Evidence.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        page = _post(client, link, data, let_go=str(kept.uuid)).content.decode()
    assert not Evidence.objects.exists()
    assert not path_of(kept.uuid).exists()
    assert "字" * 41 in page


def test_a_recording_alone_is_a_voice(client, link, fill, process, lake_rows):
    assert _post(client, link, fill(client, text=""), sound=_file(wav(), "x.wav")).status_code == 200
    process()
    assert lake_rows("SELECT text FROM feedback") == [("（一段录音）",)]


def test_sending_twice_keeps_each_file_once(client, link, fill):
    data = fill(client, wants_answer="on")
    for _ in range(2):
        assert _post(client, link, data, photos=_file(jpeg())).status_code == 200
    assert Evidence.objects.count() == 1
    assert Case.objects.count() == 1


def test_photos_come_to_a_case_later_and_go_with_the_customer(client, ask, staff_client):
    asked = ask()
    page = client.get(asked.path).content.decode()
    form_id = re.search(r'name="form_id" value="(\w{32})"', page)[1]
    form = {"do": "add", "words": "这是小票", "form_id": form_id}
    wrong = client.post(asked.path, form | {"photos": [_file(jpeg()), _file(b"MZ", "x.exe")]})
    assert wrong.status_code == 422
    assert "这是小票" in wrong.content.decode()
    assert client.post(asked.path, form).status_code == 303
    sent = Evidence.objects.get()
    assert sent.case == asked.case
    assert "1 张照片" in client.get(asked.path).content.decode()
    erase_evidence([asked.case.feedback_id])
    assert not Evidence.objects.exists()
    assert staff_client.get(f"/evidence/{sent.uuid}/").status_code == 404


def test_pages_that_ask_for_no_files_keep_none(client, company):
    response = client.post("/track/", {"number": "K2611-000001", "digits": "1234", "photos": _file(jpeg())})
    assert response.status_code == 422
    assert not Evidence.objects.exists()
