"""A person planted everywhere leaves no trace, whatever is restored afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from zhiyin.customers.models import Consent, ErasureDone, Identity, RightsRequest
from zhiyin.customers.rights.erasing import HeldBack, carry_out, list_waiting, order_erasure, person_of
from zhiyin.customers.rights.holds import lift_hold, place_hold
from zhiyin.customers.rights.package import read_parts
from zhiyin.customers.rights.requests import Ask, complete, open_request
from zhiyin.customers.rights.saying import Statement, record_consent
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.backup import create_backup, restore_backup
from zhiyin.engine.erasures import Erasure, append_erasure, ledger_path, read_erasures
from zhiyin.errors import Conflict
from zhiyin.people.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, MAIL = "13812345678", "wang.fang@example.com"
MARK = "青花瓷茶壶盖裂了一道缝"
VOICES = [
    ("1", f"{MARK}，很失望", "phone", PHONE),
    ("2", "客服一直不回", "email", MAIL),
    ("3", "别人的评价：味道不错", "phone", "13900001111"),
]


def never() -> bool:
    return False


def voices_of(home) -> list[str]:
    with home.lake.connect("feedback") as lake:
        return [text for (text,) in lake.execute("SELECT text FROM feedback ORDER BY text").fetchall()]


@pytest.fixture
def planted(home, wang, say):
    say(VOICES)
    record_consent(
        wang.customer, Statement(purpose="survey", channel="sms", is_given=True, proof=MARK), by=SYSTEM
    )
    folder = home.home.path / "customers" / "rollup"
    folder.mkdir(parents=True)
    rows = pa.table({"customer": [str(wang.customer), "other"], "n_voices": [2, 1]})
    pq.write_table(rows, folder / "customers.parquet")
    refused = home.home.files / "rejected"
    refused.mkdir(parents=True)
    rows_of_import = ["line,text,phone", f"1,{MARK},138 1234 5678", "2,别人的,13900001111"]
    (refused / "import-1.csv").write_text("\n".join(rows_of_import) + "\n", encoding="utf-8-sig")
    keys = pa.table({"key": [*wang.keys, "0" * 32], "customer": [str(wang.customer)] * 2 + ["other"]})
    pq.write_table(keys, folder.parent / "keys.parquet")
    return wang


def test_a_person_planted_everywhere_is_found_nowhere(home, planted, open_pipeline) -> None:
    request = open_request(
        Ask(kind="delete", words=MARK, contact=PHONE, customer=planted.customer, checked_how="code_phone"),
        by=SYSTEM,
    )
    complete(request.pk, answer="", by=SYSTEM)
    assert carry_out(home, open_pipeline, should_stop=never) == 1
    assert voices_of(home) == ["别人的评价：味道不错"]
    assert not Identity.objects.filter(key__in=planted.keys).exists()
    assert not Consent.objects.exists()
    request.refresh_from_db()
    assert (request.customer, request.keys, request.words_sealed, request.contact_sealed) == (
        None,
        [],
        None,
        None,
    )
    assert request.proof["erased"]["voices"] == 2
    assert request.proof["erased"]["identities"] == 2
    assert_nowhere(home, [MARK, PHONE, MAIL, *planted.keys, str(planted.customer)])


def assert_nowhere(home, planted: list[str]) -> None:
    """Neither in a file of the home but the ledger, nor in any value of the databases and Parquet files."""
    close_engine()
    for file in sorted(home.home.path.rglob("*")):
        if not file.is_file() or file == ledger_path(home.home):
            continue
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += repr(pq.read_table(file).to_pydict()).encode()
        if file.suffix == ".sqlite3":
            content += _dump(file)
        for one in planted:
            assert one.encode() not in content, f"{one} is in {file.relative_to(home.home.path)}"
    dump = _database()
    for one in planted:
        # The trail may say that an erasure of this customer was ordered; it says nothing else of it.
        kept = [line for line in dump if one in line and "people_auditevent" not in line]
        assert not kept, one


def _dump(file) -> bytes:
    with closing(sqlite3.connect(file)) as database:
        return "\n".join(database.iterdump()).encode("utf-8", "replace")


def _database() -> list[str]:
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return lines


def test_files_of_roll_ups_lose_the_person_and_keep_the_others(home, planted, open_pipeline) -> None:
    order_erasure(planted.customer, by=SYSTEM, why="test")
    carry_out(home, open_pipeline, should_stop=never)
    folder = home.home.path / "customers"
    assert pq.read_table(folder / "rollup" / "customers.parquet")["customer"].to_pylist() == ["other"]
    assert pq.read_table(folder / "keys.parquet")["key"].to_pylist() == ["0" * 32]
    refused = (home.home.files / "rejected" / "import-1.csv").read_text(encoding="utf-8-sig")
    assert refused.splitlines() == ["line,text,phone", "2,别人的,13900001111"]


def test_a_restored_backup_does_not_bring_them_back(home, planted, open_pipeline, tmp_path) -> None:
    archive = tmp_path / "before.tar.zst"
    create_backup(home.home, archive)
    rows = list(Identity.objects.filter(key__in=planted.keys).values())
    order_erasure(planted.customer, by=SYSTEM, why="test")
    assert carry_out(home, open_pipeline, should_stop=never) == 1
    close_engine()
    restore_backup(archive, home.home, force=True)
    # The database of the test is not in the home: put its rows back as the archive would.
    ErasureDone.objects.all().delete()
    Identity.objects.bulk_create(Identity(**row) for row in rows)
    engine = open_engine(home.home)
    assert len(voices_of(engine)) == 3
    assert len(list_waiting(engine)) == 1
    assert carry_out(engine, open_pipeline_of(engine, open_pipeline), should_stop=never) == 1
    assert voices_of(engine) == ["别人的评价：味道不错"]
    assert not Identity.objects.filter(key__in=planted.keys).exists()
    assert list_waiting(engine) == []


def open_pipeline_of(engine, open_pipeline):
    """A pipeline over the restored home, with the same analysis."""
    return lambda: type(open_pipeline())(engine, open_pipeline()._analysis)


def test_a_legal_hold_stops_erasing_and_says_why(home, planted) -> None:
    hold = place_hold(planted.customer, reason="劳动仲裁 2026-117", by=SYSTEM)
    with pytest.raises(HeldBack, match="劳动仲裁 2026-117"):
        order_erasure(planted.customer, by=SYSTEM, why="test")
    assert read_erasures(home.home) == []
    lift_hold(hold.pk, by=SYSTEM)
    order_erasure(planted.customer, by=SYSTEM, why="test")
    assert len(read_erasures(home.home)) == 1


def test_nothing_is_erased_or_handed_over_before_it_is_known_who_asks(home, planted) -> None:
    request = open_request(Ask(kind="delete", customer=planted.customer), by=SYSTEM)
    with pytest.raises(Conflict, match="checked"):
        complete(request.pk, answer="", by=SYSTEM)
    assert RightsRequest.objects.get().status == "new"
    assert read_erasures(home.home) == []


def test_an_erasure_cut_off_is_finished_by_the_next(home, planted, open_pipeline, monkeypatch) -> None:
    order_erasure(planted.customer, by=SYSTEM, why="test")
    delete = home.lake.delete
    n_calls = 0

    def die(table, *, where):
        nonlocal n_calls
        n_calls += 1
        if n_calls == 3:
            raise RuntimeError("the power went off")
        return delete(table, where=where)

    monkeypatch.setattr(type(home.lake), "delete", lambda self, table, *, where: die(table, where=where))
    with pytest.raises(RuntimeError):
        carry_out(home, open_pipeline, should_stop=never)
    monkeypatch.undo()
    assert len(list_waiting(home)) == 1
    assert carry_out(home, open_pipeline, should_stop=never) == 1
    assert voices_of(home) == ["别人的评价：味道不错"]


def test_a_line_of_the_ledger_that_a_crash_cut_off_harms_no_other(home) -> None:
    first = Erasure(entry="0197f000-0000-7000-8000-000000000001", at=datetime(2026, 1, 1, tzinfo=UTC))
    append_erasure(home.home, first)
    with ledger_path(home.home).open("ab") as file:
        file.write(b'{"entry":"0197f0')
    append_erasure(home.home, Erasure(entry="0197f000-0000-7000-8000-000000000002", at=first.at))
    assert len(read_erasures(home.home)) == 2


def test_what_is_known_is_shown_whole_and_of_nobody_else(home, planted) -> None:
    parts = {part.name: part for part in read_parts(person_of(home, keys=planted.keys))}
    assert {"feedback", "identities", "traits", "consents"} <= parts.keys()
    values = [row[1] for row in parts["identities"].rows]
    assert values == [f"+86{PHONE}", MAIL]
    told = repr(parts["feedback"].rows)
    assert MARK in told
    assert "别人的评价" not in told
