"""The way of a voice through the command: import, summary, doctor, backup, restore, rebuild."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest


def _json(result) -> object:
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


def test_a_file_comes_in_once_and_survives_backup_restore_and_rebuild(zhiyin, reviews, tmp_path):
    first, again = (_json(zhiyin("import", "--json", str(reviews)))[0] for _ in range(2))
    assert (first["n_rows"], first["n_accepted"], first["n_rejected"]) == (20, 20, 0)
    assert (again["n_accepted"], again["n_unchanged"]) == (0, 20)
    board = _json(zhiyin("summary", "--json"))
    assert board["voices"]["n"] + board["voices"]["n_duplicates"] == 20

    assert _json(zhiyin("backup", "all.tar.zst", "--json"))["has_keys"] is True
    restored = {"ZHIYIN_HOME": str(tmp_path / "restored")}
    assert zhiyin("restore", "all.tar.zst", **restored).returncode == 0
    assert _json(zhiyin("summary", "--json", **restored)) == board
    assert {finding["level"] for finding in _json(zhiyin("doctor", "--json", **restored))} == {"ok"}

    assert zhiyin("lake", "rebuild", **restored).returncode == 0
    assert _json(zhiyin("summary", "--json", **restored)) == board
    tables = {one["table"]: one["rows"] for one in _json(zhiyin("lake", "status", "--json", **restored))}
    assert (tables["raw"], tables["feedback"]) == (20, 20)
    assert zhiyin("restore", "all.tar.zst", **restored).returncode == 6


def test_without_a_terminal_the_guess_is_printed_on_standard_error(zhiyin, reviews):
    result = zhiyin("import", str(reviews))
    told = result.stderr.decode()
    assert (result.returncode, result.stdout) == (0, b"")
    assert "评价内容 → text" in told
    assert "20 rows, 20 new or changed, 0 unchanged, 0 rejected" in told
    assert "{" not in told


def test_bad_rows_come_back_as_a_file_with_exit_code_8(zhiyin, reviews, tmp_path):
    with reviews.open("a", encoding="utf-8") as file:
        file.write("A90,不是日期,味道不错,5\nA91,2026-03-01,多了一列,5,extra\n")
    result = zhiyin("import", str(reviews))
    assert result.returncode == 8
    (rejected,) = (tmp_path / "home" / "files" / "rejected").iterdir()
    assert str(rejected) in result.stderr.decode()
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["line"], line["field"]) for line in lines] == [("22", "评价时间"), ("23", "")]
    assert all(line["reason"] for line in lines)


def test_a_dry_run_stores_nothing(zhiyin, reviews):
    result = zhiyin("import", "--dry-run", str(reviews))
    assert result.returncode == 0
    assert "rating 1..5" in result.stderr.decode()
    assert _json(zhiyin("summary", "--json"))["voices"]["n"] == 0


def test_an_error_names_its_file(zhiyin, reviews):
    result = zhiyin("import", str(reviews), "nowhere.csv")
    assert result.returncode == 3
    assert "nowhere.csv" in result.stderr.decode()


def test_an_empty_installation_says_what_to_do(zhiyin):
    assert "zhiyin import" in zhiyin("summary").stdout.decode()
    assert "zhiyin import" in zhiyin("lake", "status").stderr.decode()
    assert zhiyin("doctor").returncode == 0
    assert zhiyin("audit", "verify").returncode == 0


def test_a_new_home_gets_its_tables_and_is_for_its_owner_alone(zhiyin, never_started):
    assert zhiyin("doctor").returncode == 0
    assert _json(zhiyin("summary", "--json"))["voices"]["n"] == 0
    assert never_started.stat().st_mode & 0o077 == 0


def test_a_key_is_printed_alone_and_never_again(zhiyin):
    made = zhiyin("key", "create", "shop", "--scope", "feedback:write")
    secret = made.stdout.decode().removesuffix("\n")
    assert (made.returncode, made.stderr) == (0, b"")
    assert secret.startswith("zk_")
    assert " " not in secret
    assert zhiyin("key", "create", "shop").returncode == 6
    listed = zhiyin("key", "list", "--json")
    assert [key["name"] for key in _json(listed)] == ["shop"]
    assert secret not in listed.stdout.decode()
    assert zhiyin("key", "revoke", "shop").returncode == 0
    assert zhiyin("key", "revoke", "shop").returncode == 4
    assert _json(zhiyin("audit", "verify", "--json"))["n_events"] == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_weak_password_is_refused_in_the_language_of_the_command(zhiyin, language):
    result = zhiyin("user", "create", "ann", stdin="short\n", ZHIYIN_LANGUAGE=language)
    assert result.returncode == 3
    told = result.stderr.decode()
    assert ("密码" in told, "password" in told) == (language == "zh", language == "en")


@pytest.mark.parametrize(
    ("call", "exit_code"),
    [
        (("summary", "--unit", "nowhere"), 4),
        (("summary", "--since", "yesterday"), 3),
        (("summary", "--since", "2026-02-01", "--until", "2026-01-01"), 3),
        (("key", "create", "x", "--scope", "everything"), 3),
        (("user", "create", "x", "--role", "boss"), 3),
        (("restore", "nowhere.tar.zst"), 4),
        (("up", "--host", "203.0.113.1"), 3),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(zhiyin, call, exit_code):
    result = zhiyin(*call, stdin="a good long password\n")
    assert (result.returncode, result.stdout) == (exit_code, b"")
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_setting_is_named(zhiyin):
    result = zhiyin("doctor", ZHIYIN_SESSION_HOURS="many")
    assert result.returncode == 3
    assert "ZHIYIN_SESSION_HOURS" in result.stderr.decode()


def test_a_damaged_database_is_one_line_that_says_what_to_do(zhiyin, tmp_path):
    assert zhiyin("doctor").returncode == 0
    (tmp_path / "home" / "zhiyin.sqlite3").write_bytes(b"no database " * 1000)
    result = zhiyin("doctor")
    assert result.returncode == 7
    [line] = result.stderr.decode().splitlines()
    assert "damaged" in line
    assert "zhiyin restore" in line


def test_a_database_that_does_not_answer_is_one_line(zhiyin):
    result = zhiyin("doctor", ZHIYIN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert result.returncode == 7
    assert len(result.stderr.splitlines()) == 1


def test_a_sample_company_is_made_once(zhiyin, tmp_path):
    made = zhiyin(
        "sample", "--stores", "2", "--days", "3", "--last-day", "2026-05-01", "--truth", "truth.jsonl"
    )
    assert made.returncode == 0, made.stderr.decode()
    n_voices = len((tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines())
    tables = {one["table"]: one["rows"] for one in _json(zhiyin("lake", "status", "--json"))}
    assert 0 < tables["feedback"] <= n_voices
    assert zhiyin("sample", "--if-empty").stderr == b""


def test_an_archive_with_a_bad_row_is_taken_and_told_as_json(zhiyin, reviews):
    bad = reviews.read_text(encoding="utf-8") + "A99,2026-03-01 10:00,,\n"
    with zipfile.ZipFile(reviews.with_name("all.zip"), "w") as archive:
        archive.writestr("a.csv", bad)
    shown = zhiyin("import", "all.zip", "--json")
    assert shown.returncode == 8, shown.stderr
    [report] = json.loads(shown.stdout)
    assert (report["n_accepted"], report["n_rejected"]) == (20, 1)
    assert Path(report["rejected_file"]).is_file()
