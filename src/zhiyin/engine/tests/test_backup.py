"""Backup under load, verified restore, and archives that must be refused."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.backup import create_backup, restore_backup
from zhiyin.engine.doctor import examine_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import TableSpec, Transaction
from zhiyin.errors import Conflict, InvalidInput, NotFound


@pytest.fixture
def home(tmp_path, spec, rows, new_message):
    home = Home(tmp_path / "home")
    engine = open_engine(home)
    engine.log.append([new_message(number) for number in range(3)])
    engine.log.acknowledge([1])
    engine.lake.create(spec)
    engine.lake.create(TableSpec(name="empty", schema=spec.schema))
    for number in range(4):
        transaction = Transaction(app_id="w", version=number)
        engine.lake.append("facts", rows(10, first=number * 10), transaction=transaction)
    engine.lake.delete("facts", where="id = 'id-00000005'")
    token = engine.vault.encrypt(b"secret", context=b"test")
    home.files.mkdir()
    (home.files / "表 1.csv").write_text("a,b\n")
    (home.files / "token").write_bytes(token)
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE people (name)")
        database.execute("INSERT INTO people VALUES ('王')")
        database.commit()
    yield home
    close_engine()


def count(home, table="facts"):
    with open_engine(home).lake.connect(table) as connection:
        return connection.execute(f"SELECT count(*), count(DISTINCT id) FROM {table}").fetchone()


def test_a_restored_home_holds_everything(home, tmp_path, rows):
    report = create_backup(home, tmp_path / "out" / "one.tar.zst")
    assert report.archive.stat().st_mode & 0o077 == 0
    assert [(table.name, table.n_rows) for table in report.tables] == [("empty", 0), ("facts", 39)]
    assert (report.n_messages, report.database, report.has_keys) == (3, "sqlite", True)
    other = Home(tmp_path / "elsewhere" / "home")
    restored = restore_backup(report.archive, other)
    assert (restored.kept_aside, restored.n_waiting) == (None, 2)
    engine = open_engine(other)
    assert count(other) == (39, 39)
    assert count(other, "empty") == (0, 0)
    assert [message.sequence for message in engine.log.lease(max_items=9, lease_seconds=9)] == [2, 3]
    assert (other.files / "表 1.csv").read_text() == "a,b\n"
    assert engine.vault.decrypt((other.files / "token").read_bytes(), context=b"test") == b"secret"
    assert other.keys.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(other.database)) as database:
        assert database.execute("SELECT name FROM people").fetchall() == [("王",)]
    assert [finding for finding in examine_engine(other) if finding.level != "ok"] == []
    assert not engine.lake.append("facts", rows(1), transaction=Transaction(app_id="w", version=3))
    assert engine.lake.append("facts", rows(1, first=99), transaction=Transaction(app_id="w", version=4))
    assert sorted(path.name for path in home.path.iterdir() if path.name.startswith(".")) == []


def test_a_backup_under_load_is_consistent_and_numbers_go_on_above(home, tmp_path, rows, new_message):
    engine = open_engine(home)
    stop = threading.Event()
    sent = []

    def work():
        number = 100
        while not stop.is_set():
            (sequence,) = engine.log.append([new_message(number)])
            engine.log.lease(max_items=1000, lease_seconds=60)
            engine.lake.append(
                "facts", rows(5, first=number * 5), transaction=Transaction(app_id="x", version=sequence)
            )
            engine.log.acknowledge([sequence])
            sent.append(sequence)
            if number % 10 == 0:
                engine.lake.maintain()
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        archives = []
        while len(archives) < 5:
            if len(sent) > 7 * len(archives):
                target = tmp_path / f"{len(archives)}.tar.zst"
                archives.append(create_backup(home, target).archive)
    finally:
        stop.set()
        thread.join()
    assert len(sent) > 28
    for number, archive in enumerate(archives):
        other = Home(tmp_path / f"restored-{number}")
        restore_backup(archive, other)
        n, n_ids = count(other)
        assert n == n_ids
        with closing(sqlite3.connect(other.intake)) as log:
            (n_copied,) = log.execute("SELECT max(sequence) FROM message WHERE n_items > 0").fetchone()
        restored = open_engine(other)
        last = restored.lake.last_version("facts", "x") or 0
        (sequence,) = restored.log.append([new_message(10_000)])
        assert sequence > last, "a number that the lake knows must not be given again"
        waiting = {message.sequence for message in restored.log.lease(max_items=10**6, lease_seconds=9)}
        n_done = (n - 39) // 5
        assert {s for s in sent[n_done:] if s <= n_copied} <= waiting, "what the lake lacks is in the log"


def test_a_database_elsewhere_is_dumped_and_loaded_by_its_owner(home, tmp_path):
    def dump(path: Path) -> None:
        path.write_text("dump of a server")

    loaded = []
    report = create_backup(home, tmp_path / "a.tar.zst", dump_database=dump)
    assert report.database == "dump"
    other = Home(tmp_path / "other")
    with pytest.raises(InvalidInput, match="dump of a database server"):
        restore_backup(report.archive, other)
    assert not other.path.exists()
    restore_backup(report.archive, other, load_database=lambda path: loaded.append(path.read_text()))
    assert loaded == ["dump of a server"]
    assert not other.database.exists()
    assert not (other.path / "database.dump").exists()


def test_keys_can_stay_out_of_the_archive(home, tmp_path):
    report = create_backup(home, tmp_path / "a.tar.zst", has_keys=False)
    restore_backup(report.archive, Home(tmp_path / "other"))
    assert not Home(tmp_path / "other").keys.exists()


def test_a_home_that_holds_something_is_kept_unless_forced_and_then_aside(home, tmp_path):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    other = Home(tmp_path / "other")
    other.path.mkdir()
    restore_backup(archive, other)
    (other.path / "mine").write_text("x")
    with pytest.raises(Conflict, match="holds something"):
        restore_backup(archive, other)
    report = restore_backup(archive, other, force=True)
    assert report.kept_aside is not None
    assert (report.kept_aside / "mine").read_text() == "x"
    assert not (other.path / "mine").exists()


def test_an_archive_is_never_overwritten(home, tmp_path):
    target = tmp_path / "a.tar.zst"
    target.write_text("precious")
    with pytest.raises(Conflict, match=r"a\.tar\.zst already"):
        create_backup(home, target)
    assert target.read_text() == "precious"


def test_a_home_that_is_not_there_has_no_backup(tmp_path):
    with pytest.raises(NotFound):
        create_backup(Home(tmp_path / "nothing"), tmp_path / "a.tar.zst")
    with pytest.raises(NotFound, match="no such archive"):
        restore_backup(tmp_path / "a.tar.zst", Home(tmp_path / "home"))


def test_a_failing_dump_leaves_no_archive(home, tmp_path):
    def fail(path):
        raise InvalidInput("no server")

    with pytest.raises(InvalidInput, match="no server"):
        create_backup(home, tmp_path / "a.tar.zst", dump_database=fail)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert not list(home.path.glob(".backup-*"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95])
def test_a_damaged_archive_is_refused_and_the_home_untouched(home, tmp_path, share):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    content = bytearray(archive.read_bytes())
    at = int(len(content) * share)
    content[at : at + 8] = os.urandom(8)
    archive.write_bytes(content)
    _refused(archive, tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_an_archive_cut_short_is_refused(home, tmp_path, share):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    _refused(archive, tmp_path)


def _refused(archive, tmp_path):
    other = Home(tmp_path / "other")
    other.path.mkdir()
    before = set(tmp_path.iterdir())
    with pytest.raises(InvalidInput, match="damaged"):
        restore_backup(archive, other)
    assert list(other.path.iterdir()) == []
    assert set(tmp_path.iterdir()) == before


def _rewrite(archive, change):
    """Unpack an archive in memory, let `change` alter its members, pack it again."""
    with pa.OSFile(str(archive)) as file, pa.CompressedInputStream(file, "zstd") as stream:
        content = io.BytesIO(stream.read())
    with tarfile.open(fileobj=content) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}
    change(members)
    members["manifest.sha256"] = hashlib.sha256(members["manifest.json"]).hexdigest().encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    archive.write_bytes(pa.compress(packed.getvalue(), "zstd", asbytes=True))


def test_members_that_do_not_match_the_manifest_are_refused(home, tmp_path):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    _rewrite(archive, lambda members: members.update({"files/token": b"other"}))
    _refused(archive, tmp_path)


def test_a_member_that_is_gone_is_refused(home, tmp_path):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    _rewrite(archive, lambda members: members.pop("files/token"))
    _refused(archive, tmp_path)


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "files/../../evil", "a\\..\\evil"])
def test_a_member_that_would_lie_outside_is_refused(home, tmp_path, name):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive
    _rewrite(archive, lambda members: members.update({name: b"x"}))
    _refused(archive, tmp_path)
    assert not Path("/tmp/evil").exists()


def test_a_link_in_an_archive_is_refused(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        info = tarfile.TarInfo("files/link")
        info.type = tarfile.SYMTYPE
        info.linkname = "/etc/passwd"
        tar.addfile(info)
    archive = tmp_path / "a.tar.zst"
    archive.write_bytes(pa.compress(packed.getvalue(), "zstd", asbytes=True))
    _refused(archive, tmp_path)


def test_a_table_with_fewer_rows_than_promised_is_refused(home, tmp_path):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive

    def promise_more(members):
        manifest = msgspec.json.decode(members["manifest.json"])
        manifest["tables"][1]["n_rows"] += 1
        members["manifest.json"] = msgspec.json.encode(manifest)

    _rewrite(archive, promise_more)
    with pytest.raises(InvalidInput, match="has 39 rows, not 40"):
        restore_backup(archive, Home(tmp_path / "other"))


def test_an_archive_of_a_later_format_says_what_reads_it(home, tmp_path):
    archive = create_backup(home, tmp_path / "a.tar.zst").archive

    def come_from_the_future(members):
        manifest = msgspec.json.decode(members["manifest.json"])
        members["manifest.json"] = msgspec.json.encode(manifest | {"format": 9})

    _rewrite(archive, come_from_the_future)
    with pytest.raises(InvalidInput, match="format 9") as refusal:
        restore_backup(archive, Home(tmp_path / "other"))
    assert "Restore it with Zhiyin" in refusal.value.next_step
