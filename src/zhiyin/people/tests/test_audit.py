"""The audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent, AuditHead
from zhiyin.people.queries import verify_audit_chain
from zhiyin.people.services.audit import record_event


@pytest.fixture
def _chain(db: None) -> None:
    for n in range(6):
        record_event("case.closed", target=("case", n), details={"reason": f"因由{n}", "b": 1, "a": 2})


@pytest.mark.django_db
def test_an_empty_chain_is_intact():
    report = verify_audit_chain()
    assert (report.is_intact, report.n_events) == (True, 0)


@pytest.mark.usefixtures("_chain")
def test_what_was_recorded_verifies_and_says_who_what_which_when_where():
    by = Actor(kind="account", id="7", address="192.0.2.1")
    record_event("verbatim.revealed", by=by, target=("feedback", "x" * 100), outcome="refused")
    event = AuditEvent.objects.get(sequence=7)
    assert (event.actor_kind, event.actor_id, event.address) == ("account", "7", "192.0.2.1")
    assert (event.target_kind, len(event.target_id), event.outcome) == ("feedback", 64, "refused")
    report = verify_audit_chain()
    assert (report.is_intact, report.n_events) == (True, 7)
    assert report.head_hash == bytes(event.hash).hex()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor_id", "8"),
        ("action", "case.opened"),
        ("target_id", "99"),
        ("outcome", "failed"),
        ("address", "x"),
        ("details", "{}"),
        ("actor_kind", "key"),
        ("target_kind", "y"),
        ("at", F("at") + timedelta(microseconds=1)),
        ("hash", b"\1" * 32),
        ("previous_hash", b"\1" * 32),
    ],
)
@pytest.mark.usefixtures("_chain")
def test_a_changed_event_is_named(field, value):
    AuditEvent.objects.filter(sequence=3).update(**{field: value})
    report = verify_audit_chain()
    assert report.broken is not None
    assert report.broken.sequence == 3
    assert report.n_events == 2


@pytest.mark.usefixtures("_chain")
def test_a_removed_event_is_named():
    AuditEvent.objects.filter(sequence=3).delete()
    report = verify_audit_chain()
    assert report.broken.sequence == 4
    assert "event 3 is missing" in report.broken.reason


@pytest.mark.parametrize("n_cut", [1, 6])
@pytest.mark.usefixtures("_chain")
def test_a_cut_off_tail_is_found(n_cut):
    AuditEvent.objects.filter(sequence__gt=6 - n_cut).delete()
    report = verify_audit_chain()
    assert report.broken.sequence == 7 - n_cut
    assert "missing" in report.broken.reason


@pytest.mark.usefixtures("_chain")
def test_exchanged_events_are_found():
    AuditEvent.objects.filter(sequence=2).update(sequence=99)
    AuditEvent.objects.filter(sequence=3).update(sequence=2)
    AuditEvent.objects.filter(sequence=99).update(sequence=3)
    assert verify_audit_chain().broken.sequence == 2


@pytest.mark.usefixtures("_chain")
def test_an_inserted_event_is_found():
    AuditEvent.objects.filter(sequence__gte=4).update(sequence=F("sequence") + 100)
    AuditEvent.objects.filter(sequence__gte=104).update(sequence=F("sequence") - 99)
    forged = AuditEvent.objects.get(sequence=3)
    forged.sequence = 4
    forged.save(force_insert=True)
    AuditHead.objects.update(sequence=7)
    assert verify_audit_chain().broken.sequence == 4


@pytest.mark.usefixtures("_chain")
def test_an_event_hung_on_without_the_head_is_found():
    AuditHead.objects.update(hash=b"\2" * 32)
    assert verify_audit_chain().broken.sequence == 6


@pytest.mark.usefixtures("_chain")
def test_a_lost_head_is_found_and_does_not_stop_the_trail():
    AuditHead.objects.all().delete()
    assert "head" in verify_audit_chain().broken.reason
    assert record_event("case.closed").sequence == 7
    assert verify_audit_chain().is_intact


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "😀" * 1000, '"\\\n\u2028'])
@pytest.mark.django_db
def test_hostile_details_keep_the_chain_intact(text):
    record_event("x.y", by=Actor(kind="visitor", id=text, address=text), details={"k": text})
    assert verify_audit_chain().is_intact


@pytest.mark.django_db(transaction=True)
def test_appends_at_once_make_one_unbroken_chain(run_in_threads):
    def work(results: list[object]) -> None:
        for n in range(20):
            results.append(record_event("case.closed", target=("case", n)).sequence)

    sequences = run_in_threads(work, n=5)
    assert sorted(sequences) == list(range(1, 101))
    assert verify_audit_chain().is_intact
    assert verify_audit_chain().n_events == 100
