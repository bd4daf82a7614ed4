"""Importing by page: what is handed in is shown as understood, changed, begun, followed to its end."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhiyin.listen.models import FeedbackKey, ImportJob, ImportMapping, Upload
from zhiyin.listen.pipeline.worker import Worker
from zhiyin.listen.services.imports.handed_in import run_submitted
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "评论编号,评论时间,星级,评论内容,门店\n"
ROWS = HEADER + "".join(f"r{n},2024-03-01 10:00,{n % 5 + 1},第{n}条，上菜太慢,一店\n" for n in range(40))
BAD = "r40,某天,3,时间写错,一店\nr41,1024-03-01,3,太早,一店\nr42,2024-03-01,9,超出,一店\n"


@pytest.fixture
def home(engine, settings):
    settings.HOME = engine.home
    return engine.home


@pytest.fixture
def sign_in(db):
    def make(name="owner", *, role=Role.OWNER, unit=None, language="en"):
        account = create_account(name, password="correct horse battery staple", language=language)
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = language
        return client

    return make


@pytest.fixture
def owner(sign_in, home):
    return sign_in()


def hand_in(client, content, name="评论.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post("/import/", {"file": SimpleUploadedFile(name, content)})


def filled(form, **changes):
    """What a browser would send of the preview's form."""
    data = {}
    for table in form.tables:
        data |= {f"t{table.number}.mark": table.mark, f"t{table.number}.use": "on" if table.is_used else ""}
        for column in table.columns:
            data[f"t{table.number}.c{column.position}"] = column.field
            if column.field == "rating":
                data |= {f"t{table.number}.worst": column.worst, f"t{table.number}.best": column.best}
            if column.field == "occurred_at":
                data[f"t{table.number}.date"] = column.date_form
    return data | changes


def test_a_file_is_previewed_begun_by_the_worker_and_leads_to_its_voices(owner, home):
    response = hand_in(owner, (ROWS + BAD).encode("gb18030"))
    page = owner.get(response["Location"])
    form = page.context["form"]
    words = page.content.decode()
    assert [column.field for column in form.tables[0].columns] == [
        "external_id",
        "occurred_at",
        "rating",
        "text",
        "unit_name",
    ]
    assert form.tables[0].encoding == "gb18030"
    assert "第0条，上菜太慢" in words
    assert (form.tables[0].n_read, form.tables[0].n_refused) == (43, 2)
    assert "is no date that can be read" in words
    assert not ImportJob.objects.exists()
    started = owner.post(response["Location"], filled(form, source="dianping", do="start"))
    job = ImportJob.objects.get()
    assert started["Location"] == reverse("job", args=["import", job.pk])
    assert job.status == "waiting"
    assert AuditEvent.objects.filter(action="import.started").exists()
    waiting = owner.get(started["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    run_submitted(job.pk, home)
    page = owner.get(started["Location"])
    assert "source=dianping" in page.content.decode()
    refused = owner.get(reverse("rejected_rows", args=[job.pk]))
    assert b"".join(refused.streaming_content).decode("utf-8-sig").count("\n") == job_rejected(job) + 1
    assert FeedbackKey.objects.count() == 41
    assert not Upload.objects.exists()


def job_rejected(job):
    job.refresh_from_db()
    return job.n_rejected


def test_a_changed_column_changes_the_preview_and_is_known_next_time(owner, home):
    url = hand_in(owner, "a,b\n好吃,不好吃\n很香,太咸\n")["Location"]
    form = owner.get(url).context["form"]
    data = filled(form, **{"t0.c0": "ignore", "t0.c1": "text"})
    part = owner.post(url, data, headers={"HX-Request": "true", "HX-Target": "preview"})
    assert part.content.decode().lstrip().startswith("<form")
    assert [item.text for _, item in part.context["form"].tables[0].items] == ["不好吃", "太咸"]
    owner.post(url, {**data, "do": "start"})
    run_submitted(ImportJob.objects.get().pk, home)
    assert ImportMapping.objects.count() == 1
    again = owner.get(hand_in(owner, "A,B\n酸,甜\n", "next.csv")["Location"])
    assert again.context["form"].tables[0].is_known
    assert [item.text for _, item in again.context["form"].tables[0].items] == ["甜"]


def test_a_workbook_shows_its_sheets_and_leaves_out_what_is_not_wanted(owner, home, tmp_path):
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (("好评", "很好喝"), ("备注", "不要导入")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["评论内容", "评分"])
            sheet.write_row(1, 0, [text, 5])
    url = hand_in(owner, path.read_bytes(), "book.xlsx")["Location"]
    form = owner.get(url).context["form"]
    assert len(form.tables) == 2
    data = filled(form, do="start")
    del data["t1.use"]
    owner.post(url, data)
    run_submitted(ImportJob.objects.get().pk, home)
    assert ImportJob.objects.get().n_accepted == 1


def test_a_file_in_which_nothing_is_recognised_can_still_be_told(owner):
    url = hand_in(owner, "x,y\n1,2\n3,4\n")["Location"]
    page = owner.get(url)
    assert "Choose it below" in page.content.decode()
    assert not page.context["form"].can_start
    refused = owner.post(url, filled(page.context["form"], do="start"))
    assert refused.status_code == 422
    assert not ImportJob.objects.exists()
    scaled = filled(page.context["form"], **{"t0.c1": "rating", "t0.worst": "0", "t0.best": "4"})
    form = owner.post(url, scaled).context["form"]
    assert form.can_start
    assert [item.rating.value for _, item in form.tables[0].items] == [2, 4]


def test_two_columns_for_one_thing_stop_the_start(owner):
    url = hand_in(owner, "a,b\n好吃,2024-01-01\n")["Location"]
    form = owner.get(url).context["form"]
    page = owner.post(url, filled(form, **{"t0.c0": "occurred_at", "t0.c1": "occurred_at", "do": "start"}))
    assert page.status_code == 422
    assert "Several columns are taken" in page.content.decode()


def test_what_is_no_table_is_refused_in_words_and_nothing_is_kept(owner, home, settings):
    for content, name in ((b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "a.csv"), (b"", "b.csv")):
        response = hand_in(owner, content, name)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    settings.UPLOAD_MAX_BYTES = 1_048_576
    response = hand_in(owner, HEADER + "r,2024-01-01,3,好,一店\n" * 60_000)
    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert owner.post("/import/").status_code == 422
    assert not Upload.objects.exists()
    assert list((home.files / "uploads").iterdir()) == []


def test_errors_come_in_the_language_of_the_page(sign_in, home):
    client = sign_in(language="zh-hans")
    assert "文件是空的" in hand_in(client, b"", "a.csv").content.decode()
    page = client.get(hand_in(client, "x,y\n1,2\n")["Location"])
    assert "请在下面指定" in page.content.decode()


def test_a_unit_that_is_not_there_stops_the_start(owner):
    url = hand_in(owner, ROWS)["Location"]
    page = owner.post(url, filled(owner.get(url).context["form"], unit="nowhere", do="start"))
    assert page.status_code == 422
    assert "nowhere" in page.content.decode()
    assert not ImportJob.objects.exists()


def test_an_upload_is_nobody_elses_and_can_be_discarded(owner, sign_in, home):
    url = hand_in(owner, ROWS)["Location"]
    other = sign_in("wu", role=Role.ANALYST)
    assert other.get(url)["Location"] == "/import/"
    assert other.post(f"{url}discard/").status_code == 404
    assert owner.post(f"{url}discard/")["Location"] == "/import/"
    assert not Upload.objects.exists()


def test_whoever_has_a_part_of_the_company_does_not_import_for_the_whole(sign_in, home):
    unit = create_unit("s1", name="一店")
    assert sign_in("a", role=Role.ANALYST, unit=unit).get("/import/").status_code == 403
    assert sign_in("m", role=Role.MANAGER, unit=unit).get("/import/").status_code == 403
    assert sign_in("b", role=Role.ANALYST).get("/import/").status_code == 200


def test_jobs_are_listed_cancelled_and_hidden_from_those_who_may_not(owner, sign_in, home):
    url = hand_in(owner, ROWS)["Location"]
    owner.post(url, filled(owner.get(url).context["form"], do="start"))
    job = ImportJob.objects.get()
    page = owner.get("/jobs/", headers={"HX-Request": "true", "HX-Target": "jobs"})
    assert "评论.csv" in page.content.decode()
    assert "<html" not in page.content.decode()
    part = create_unit("s1", name="一店")
    analyst = sign_in("a", role=Role.ANALYST, unit=part)
    assert "评论.csv" not in analyst.get("/jobs/").content.decode()
    for path in (f"/jobs/import/{job.pk}/", "/jobs/import/999/", "/jobs/nothing/1/"):
        assert analyst.get(path).status_code == 404
    assert analyst.post(f"/jobs/import/{job.pk}/cancel/").status_code == 404
    cancelled = owner.post(f"/jobs/import/{job.pk}/cancel/", {"next": "https://elsewhere.example/"})
    assert cancelled["Location"] == f"/jobs/import/{job.pk}/"
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert AuditEvent.objects.filter(action="job.cancelled").count() == 1
    assert owner.get("/jobs/import/1/refused.csv").status_code == 404


@pytest.mark.data
def test_a_cut_of_a_public_file_goes_through_the_page_to_the_lake(
    owner, home, engine, pipeline, query, public_data
):
    content = (public_data / "complaints" / "hotline_12345.csv").read_bytes()
    lines = content.decode("utf-8-sig").splitlines(keepends=True)
    url = hand_in(owner, "".join(lines[:201]).encode("gb18030", "replace"), "hotline.csv")["Location"]
    page = owner.get(url)
    assert page.context["form"].can_start
    owner.post(url, filled(page.context["form"], source="hotline", do="start"))
    job = ImportJob.objects.get()
    worker = Worker(engine, pipeline)
    worker.start()
    try:
        run_submitted(job.pk, home)
    finally:
        worker.stop()
    pipeline.drain()
    job.refresh_from_db()
    assert job.status == "done"
    assert job.n_accepted > 100
    assert query("SELECT count(*) FROM feedback WHERE source = 'hotline'") == [(job.n_accepted,)]


def test_figures_of_rows_say_how_many(owner):
    words = owner.get(hand_in(owner, ROWS)["Location"]).content.decode()
    assert re.search(r"All of the first 40 rows can be taken", words)
