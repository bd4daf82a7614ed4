"""Jobs of a worker: begun, gone on with after a kill, cancelled, given up; each in a process of its own."""

from __future__ import annotations

import os
import sys

import pytest
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.errors import UploadTooLarge
from zhiyin.listen.models import BackgroundJob, FeedbackKey, Upload
from zhiyin.listen.services import jobs
from zhiyin.listen.services.imports import ImportRequest
from zhiyin.listen.services.imports.handed_in import KIND, run_submitted, submit_import
from zhiyin.listen.services.jobs.runner import MAX_STARTS, JobRunner
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.listen.services.uploads import (
    KEEP_REFUSED,
    KEEP_UNUSED,
    drop_old_refused_rows,
    drop_unused_uploads,
    get_upload,
    path_of,
    store_upload,
)
from zhiyin.people.models import AuditEvent
from zhiyin.people.permissions import Permission
from zhiyin.people.services.accounts import create_account

GOOD = "编号,时间,评分,内容\n" + "".join(
    f"r{n},2024-03-01 10:00:{n % 60:02},{n % 5 + 1},第{n}条评论\n" for n in range(300)
)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(db):
    return create_account("li", password="correct horse battery staple")


@pytest.fixture
def hand_in(engine, account):
    def run(content=GOOD, *, name="a.csv", max_bytes=10_000_000):
        blocks = [content.encode() if isinstance(content, str) else content]
        return store_upload(blocks, name=name, home=engine.home, max_bytes=max_bytes, by=account)

    return run


def test_an_upload_is_kept_for_its_owner_under_a_name_that_tells_nothing(engine, hand_in, account):
    upload = hand_in(name="C:\\张三的投诉.csv")
    path = path_of(upload, home=engine.home)
    assert upload.file_name == "张三的投诉.csv"
    assert "张三" not in str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert get_upload(upload.token, by=account) == upload
    for other in (create_account("wu", password="correct horse battery staple"), None):
        with pytest.raises(NotFound):
            get_upload(upload.token, by=other)


def test_too_much_nothing_and_no_table_leave_no_file(engine, hand_in):
    with pytest.raises(UploadTooLarge, match="MB"):
        hand_in("x" * 2_000_000, max_bytes=1_048_576)
    for content, name in ((b"", "a.csv"), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "a.csv")):
        with pytest.raises(InvalidInput):
            hand_in(content, name=name)
    assert not Upload.objects.exists()
    assert list((engine.home.files / "uploads").iterdir()) == []


def test_what_nobody_imports_within_a_day_is_dropped(engine, hand_in):
    old, young = hand_in(), hand_in(GOOD + "x,,,y\n")
    Upload.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - KEEP_UNUSED)
    assert drop_unused_uploads(home=engine.home, now=timezone.now()) == 1
    assert [*Upload.objects.all()] == [young]


def test_refused_rows_are_dropped_after_thirty_days(engine):
    folder = engine.home.files / "rejected"
    folder.mkdir(parents=True)
    for name in ("import-1.csv", "import-2.csv"):
        (folder / name).write_text("x")
    now = timezone.now()
    then = (now - KEEP_REFUSED).timestamp() - 1
    os.utime(folder / "import-1.csv", (then, then))
    assert drop_old_refused_rows(home=engine.home, now=now) == 1
    assert [path.name for path in folder.iterdir()] == ["import-2.csv"]


def test_a_submitted_import_is_taken_in_and_its_file_dropped(engine, hand_in):
    upload = hand_in()
    job = submit_import(upload, request=ImportRequest(source="dianping"))
    assert job.status == "waiting"
    assert AuditEvent.objects.filter(action="import.started").count() == 1
    run_submitted(job.pk, engine.home)
    view = jobs.get_job(KIND, job.pk)
    assert (view.status, view.share, [figure.n for figure in view.figures]) == ("done", 1.0, [300, 0, 0])
    assert FeedbackKey.objects.count() == 300
    assert not Upload.objects.exists()
    assert not path_exists(engine.home, upload)
    assert view.ended_at is not None


def path_exists(home, upload):
    return (home.files / "uploads" / upload.token).exists()


def test_a_file_without_use_fails_and_says_why(engine, hand_in):
    job = submit_import(hand_in("x,y\n1,2\n"), request=ImportRequest())
    with pytest.raises(InvalidInput):
        run_submitted(job.pk, engine.home)
    view = jobs.get_job(KIND, job.pk)
    assert view.status == "failed"
    assert "No column holds" in view.message
    assert not Upload.objects.exists()


def test_a_job_that_waits_can_be_cancelled_and_never_runs(engine, hand_in, settings):
    settings.HOME = engine.home
    job = submit_import(hand_in(), request=ImportRequest())
    jobs.cancel_job(KIND, job.pk)
    assert not Upload.objects.exists()
    run_submitted(job.pk, engine.home)
    assert not FeedbackKey.objects.exists()
    with pytest.raises(Conflict):
        jobs.cancel_job(KIND, job.pk)
    with pytest.raises(NotFound):
        jobs.cancel_job(KIND, 0)


def test_mappings_of_single_tables_hold_and_tables_can_be_left_out(engine, hand_in, xlsx):
    from zhiyin.listen.importers.mapping import ColumnUse, Mapping

    content = xlsx({"一": [["a", "b"], ["好", "坏"]], "二": [["c"], ["很好"]], "三": [["d"], ["不要"]]})
    uses = [ColumnUse(column="a", field="ignore"), ColumnUse(column="b", field="text")]
    request = ImportRequest(
        mappings={"三表.xlsx · 一": Mapping(columns=uses, row_ids="file")}, left_out=("三表.xlsx · 三",)
    )
    job = submit_import(hand_in(content, name="三表.xlsx"), request=request)
    run_submitted(job.pk, engine.home)
    job.refresh_from_db()
    assert (job.n_accepted, set(job.mapping)) == (2, {"三表.xlsx · 一", "三表.xlsx · 二"})


@pytest.fixture
def xlsx(tmp_path):
    import xlsxwriter

    def make(sheets):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for place, row in enumerate(rows):
                    sheet.write_row(place, 0, row)
        return path.read_bytes()

    return make


def test_given_ids_that_stand_before_different_rows_are_none_where_that_is_checked(engine, hand_in):
    from zhiyin.listen.importers.mapping import ColumnUse, Mapping

    rows = "".join(f"{n % 150},第{n}句话\n" for n in range(300))
    uses = [ColumnUse(column="id", field="external_id"), ColumnUse(column="text", field="text")]
    for is_checking, n_keys in ((True, 300), (False, 450)):
        request = ImportRequest(
            source=str(is_checking),
            mappings={"a.csv": Mapping(columns=uses, row_ids="own")},
            is_checking_ids=is_checking,
        )
        run_submitted(submit_import(hand_in("id,text\n" + rows), request=request).pk, engine.home)
        assert FeedbackKey.objects.count() == n_keys


@pytest.fixture
def counting():
    """A kind of job that counts to a hundred, and what it has done."""
    done = []

    def work(*, home, progress: Progress):
        for n in range(100):
            done.append(n)
            progress._saved = 0.0
            progress.tell(n, n_total=100)
            if n == 5 and len(done) < 10:
                raise KeyboardInterrupt
        return {"counted": 100}

    jobs.register(
        jobs.make_table_kind(
            "counting",
            name="Counting",
            icon="hash",
            permission=Permission.INSTALLATION_MANAGE,
            work=work,
            figure_names={"counted": "Counted"},
        )
    )
    return done


def test_a_kind_of_its_own_waits_runs_and_tells_its_figures(engine, counting, account):
    kind = jobs.kinds.get_kind("counting")
    job = jobs.start_job("counting", by=account)
    assert jobs.start_job("counting", by=account) == job
    assert kind.list_open() == [job.pk]
    with pytest.raises(KeyboardInterrupt):
        kind.run(job.pk, engine.home)
    assert (jobs.get_job("counting", job.pk).status, kind.list_open()) == ("interrupted", [job.pk])
    kind.run(job.pk, engine.home)
    view = jobs.get_job("counting", job.pk)
    assert (view.status, [(figure.name, figure.n) for figure in view.figures]) == ("done", [("Counted", 100)])
    assert (view.owner, kind.n_starts(job.pk)) == ("li", 2)
    assert jobs.list_jobs(of=[kind]) == [view]


def test_a_cancelled_job_stops_at_its_next_word(engine, account):
    job_id, words = [], []

    def work(*, home, progress: Progress):
        for n in range(100):
            words.append(n)
            if n == 3:
                jobs.cancel_job("talking", job_id[0])
            progress._saved = 0.0  # it would write twice a second only
            progress.tell(n, n_total=100)
        return {}

    kind = jobs.make_table_kind(
        "talking", name="Talking", icon="hash", permission=Permission.SIGNED_IN, work=work, figure_names={}
    )
    jobs.register(kind)
    job_id.append(jobs.start_job("talking", by=account).pk)
    kind.run(job_id[0], engine.home)
    assert words == [0, 1, 2, 3]
    assert jobs.get_job("talking", job_id[0]).status == "cancelled"


def test_what_keeps_dying_is_given_up(engine, counting, account):
    job = jobs.start_job("counting", by=account)
    BackgroundJob.objects.filter(pk=job.pk).update(n_starts=MAX_STARTS)
    JobRunner(engine.home, command=["false"]).run_waiting(lambda: False)
    view = jobs.get_job("counting", job.pk)
    assert view.status == "failed"
    assert "again and again" in view.message


def test_a_process_that_ends_badly_is_not_begun_again_at_once(engine, counting, account, tmp_path):
    jobs.start_job("counting", by=account)
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write('x'); sys.exit(1)"
    runner = JobRunner(engine.home, command=[sys.executable, "-c", script, str(tmp_path / "runs")])
    for _ in range(3):
        runner.run_waiting(lambda: False)
    assert (tmp_path / "runs").read_text() == "x"
