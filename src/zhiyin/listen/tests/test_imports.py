"""File imports from end to end: repeatable, resumable, and never stopped by a bad row."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import FeedbackKey, ImportJob, ImportMapping
from zhiyin.listen.services.imports import (
    ImportRequest,
    cancel_import,
    preview_import,
    run_import,
)
from zhiyin.listen.services.imports.jobs import only_import_of

GOOD = "编号,时间,评分,内容\n" + "".join(
    f"r{n},2024-03-01 10:00:{n % 60:02},{n % 5 + 1},第{n}条评论\n" for n in range(300)
)


@pytest.fixture
def home(engine):
    return engine.home


@pytest.fixture
def importing(home, intake):
    def run(path, **options):
        on_progress = options.pop("on_progress", None)
        return run_import(
            path, intake=intake, home=home, request=ImportRequest(**options), on_progress=on_progress
        )

    return run


@pytest.fixture
def csv_file(tmp_path):
    def write(content, name="a.csv"):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return path

    return write


@pytest.mark.django_db(transaction=True)
def test_a_file_is_taken_in_once_however_often_and_under_whatever_name(importing, csv_file):
    first = importing(csv_file(GOOD))
    again = importing(csv_file(GOOD, "renamed.csv"))
    assert (first.status, first.n_rows, first.n_accepted, first.n_rejected) == ("done", 300, 300, 0)
    assert again.n_accepted + again.n_unchanged == 300
    assert FeedbackKey.objects.count() == 300
    assert first.rejected_file is None


@pytest.mark.django_db(transaction=True)
def test_bad_rows_come_back_with_line_field_and_reason_and_stop_nothing(importing, csv_file):
    bad = "x1,某天,3,a\nx2,2024-03-01,3\nx3,1024-03-01,3,b\nx4,2024-03-01,3,\nx5,2124-03-01,3,c\nx6,,,\n"
    report = importing(csv_file(GOOD + bad))
    assert (report.n_accepted, report.n_rejected) == (301, 5)
    with report.rejected_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["field"]) for row in rows] == [
        ("302", "时间"),
        ("303", ""),
        ("304", "occurred_at"),
        ("306", "occurred_at"),
        ("307", "text"),
    ]
    assert rows[0]["reason"] == "is no date that can be read"
    assert rows[2]["编号"] == "x3"
    assert str(report.rejected_file).endswith(f"rejected/import-{report.job_id}.csv")


@pytest.mark.django_db(transaction=True)
def test_progress_tells_rows_rate_and_time_left(importing, csv_file):
    seen = []
    importing(csv_file(GOOD), on_progress=seen.append)
    assert seen[-1].n_rows == 300
    assert seen[-1].share == 1
    assert seen[-1].rows_per_second > 0


@pytest.mark.django_db(transaction=True)
def test_an_import_can_be_cancelled_between_batches(importing, csv_file, monkeypatch):
    monkeypatch.setattr("zhiyin.listen.services.imports.delivery._SAVE_SECONDS", 0.0)
    lines = "".join(f"r{n},2024-03-01,3,第{n}条\n" for n in range(60_000))

    def cancel(progress):
        job = ImportJob.objects.get()
        if job.status == "running":
            cancel_import(job.pk)

    report = importing(csv_file("编号,时间,评分,内容\n" + lines), on_progress=cancel)
    assert report.status == "cancelled"
    assert 0 < report.n_rows < 60_000
    with pytest.raises(Conflict):
        cancel_import(report.job_id)
    with pytest.raises(NotFound):
        cancel_import(0)


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_import_goes_on_where_it_stood(importing, csv_file):
    lines = "".join(f"2024-03-01,{'好' if n % 2 else n}\n" for n in range(60_000))
    content = f"时间,内容\n{lines}某天,x\n"

    def interrupt(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing(csv_file(content), on_progress=interrupt)
    assert ImportJob.objects.get().status == "interrupted"
    report = importing(csv_file(content))
    assert report.is_resumed
    assert (report.n_rows, report.n_accepted, report.n_rejected) == (60_001, 60_000, 1)
    assert ImportJob.objects.get().status == "done"
    assert FeedbackKey.objects.count() == 60_000


@pytest.mark.django_db(transaction=True)
def test_the_same_file_cannot_be_imported_twice_at_once(importing, csv_file, home):
    from zhiyin.listen.services.imports.jobs import hash_file

    path = csv_file(GOOD)
    with only_import_of(hash_file(path), home=home), pytest.raises(Conflict):
        importing(path)


@pytest.mark.django_db(transaction=True)
def test_a_file_without_use_fails_with_a_way_out_and_leaves_no_keys(importing, csv_file):
    for content in ("x,y\n1,2\n", "text\n", "", "编号,内容\n"):
        with pytest.raises(InvalidInput) as caught:
            importing(csv_file(content))
        assert caught.value.next_step
    assert FeedbackKey.objects.count() == 0
    assert set(ImportJob.objects.values_list("status", flat=True)) <= {"failed"}


@pytest.mark.django_db(transaction=True)
def test_a_confirmed_mapping_is_used_for_the_next_file_like_it(importing, csv_file):
    importing(csv_file("a,b\n一句话,另一句话\n"), overrides=("text=b",), is_confirmed=True)
    assert ImportMapping.objects.count() == 1
    report = importing(csv_file("A,B\n三句话,四句话\n", "next.csv"))
    assert [plan.origin for plan in report.tables] == ["saved"]
    assert report.tables[0].mapping.columns_of("text")[0].column == "B"
    assert report.n_accepted == 1


@pytest.mark.django_db(transaction=True)
def test_a_mere_guess_is_not_kept(importing, csv_file):
    importing(csv_file(GOOD))
    assert ImportMapping.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_preview_changes_nothing(csv_file):
    preview = preview_import(csv_file(GOOD), request=ImportRequest(), n_rows=2)
    assert [item.text for item in preview.tables[0].items] == ["第0条评论", "第1条评论"]
    assert preview.tables[0].plan.source.startswith("file-")
    assert not ImportJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ids_that_stand_before_different_rows_are_no_ids(importing, csv_file):
    rows = "".join(f"{n % 1500},第{n}句话\n" for n in range(3_000))
    report = importing(csv_file("id,text\n" + rows))
    assert report.tables[0].problems[-1] == "ids_repeat"
    assert FeedbackKey.objects.count() == 3_000


CHILD = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
django.setup()
from pathlib import Path
from zhiyin.engine import open_engine, close_engine
from zhiyin.engine.home import Home
from zhiyin.listen.services.imports import run_import
from zhiyin.listen.services.intake import Intake
home = Home.from_environment()
engine = open_engine(home)
intake = Intake(engine.log, engine.vault)
report = run_import(
    Path(sys.argv[1]), intake=intake, home=home, on_progress=lambda now: print("progress", flush=True)
)
from zhiyin.listen.models import FeedbackKey
n_taken = report.n_accepted + report.n_unchanged
print(report.n_rows, n_taken, report.n_rejected, report.n_skipped, FeedbackKey.objects.count())
close_engine()
"""


@pytest.mark.slow
def test_an_import_killed_many_times_ends_with_every_row_once(tmp_path, lay_home):
    path = tmp_path / "big.csv"
    lines = "".join(f"2024-03-{n % 28 + 1:02},{n % 5 + 1},第{n}条评论\n" for n in range(200_000))
    path.write_text("时间,评分,内容\n" + lines + "某天,3,x\n", "utf-8")
    environment = {**os.environ, "ZHIYIN_HOME": str(lay_home(tmp_path / "home")), "ZHIYIN_DATABASE_URL": ""}
    command = [sys.executable, "-c", CHILD, str(path)]
    for n_steps in (1, 1, 2, 1):
        child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(n_steps):
            child.stdout.readline()
        # Not at the very moment of the report, but while the next batches are under way.
        time.sleep(0.1)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    n_rows, n_taken, n_rejected, n_skipped, n_keys = map(int, done.stdout.splitlines()[-1].split())
    assert (n_rows, n_taken, n_rejected) == (200_001, 200_000, 1)
    assert n_keys == 200_000
    assert n_skipped > 0
    rejected = list(Path(tmp_path, "home", "files", "rejected").glob("*.csv"))
    assert rejected[-1].read_text("utf-8-sig").count("\n") == 2


@pytest.mark.data
@pytest.mark.django_db(transaction=True)
def test_the_hotline_file_is_taken_whole(importing, public_data):
    report = importing(public_data / "complaints" / "hotline_12345.csv")
    assert (report.n_accepted, report.n_rejected) == (1_309, 0)


@pytest.mark.django_db(transaction=True)
def test_an_archive_tells_its_progress_to_the_end(importing, tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("b.csv", GOOD.replace("\nr", "\ns"))
    told = []
    report = importing(path, on_progress=told.append)
    assert (report.n_accepted, report.n_rejected) == (600, 0)
    assert told
