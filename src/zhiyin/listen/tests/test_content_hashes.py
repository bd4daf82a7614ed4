"""Hashes of contents tell nothing without the key, and those of before lose no idempotency."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from zhiyin.listen.messages import decode_message
from zhiyin.listen.models import FeedbackKey
from zhiyin.listen.pipeline.rebuild import rebuild
from zhiyin.listen.services.content_hashes import key_old_hashes

pytestmark = pytest.mark.django_db
WORDS = "王芳说珍珠太硬"


@pytest.fixture
def old(receive, said, pipeline, engine) -> bytes:
    """A stored voice whose hash was made before hashes were keyed; that hash."""
    receive(said("1", WORDS), said("2"))
    (message,) = engine.log.lease(max_items=10, lease_seconds=0)
    payload = decode_message(message.body, vault=engine.vault)[0].payload
    pipeline.drain()
    plain = blake2b(payload, digest_size=16).digest()
    first = decode_message(message.body, vault=engine.vault)[0].key
    assert FeedbackKey.objects.filter(key=first).update(content_hash=plain)
    return plain


def _hash_of(row: FeedbackKey) -> bytes:
    return bytes(row.content_hash)


def test_who_guesses_the_words_cannot_find_them_in_the_database(receive, said, pipeline, engine):
    receive(said("1", WORDS))
    (message,) = engine.log.lease(max_items=10, lease_seconds=0)
    (item,) = decode_message(message.body, vault=engine.vault)
    pipeline.drain()
    stored = _hash_of(FeedbackKey.objects.get())
    assert stored == item.content_hash
    assert len(stored) == 15
    assert stored not in blake2b(item.payload, digest_size=16).digest()
    receive(said("1", "别的话"))
    receive(said("1", "又是别的话"))
    assert len(bytes(FeedbackKey.objects.get().pending_hash)) == 15


def test_what_was_hashed_without_a_key_is_still_known(old, receive, said, pipeline, engine):
    assert [one.status for one in receive(said("1", WORDS), said("2"))] == ["unchanged", "unchanged"]
    (changed,) = receive(said("1", "珍珠很软"))
    assert changed.status == "accepted"
    pipeline.drain()
    assert receive(said("1", "珍珠很软"))[0].status == "unchanged"


def test_old_hashes_are_keyed_in_the_background_once(old, receive, said, engine):
    FeedbackKey.objects.filter(content_hash=old).update(pending_hash=old)
    assert not key_old_hashes(vault=engine.vault, should_stop=lambda: True)
    assert FeedbackKey.objects.filter(content_hash=old).exists()
    assert key_old_hashes(vault=engine.vault)
    assert {len(_hash_of(row)) for row in FeedbackKey.objects.all()} == {15}
    assert sorted(len(bytes(row.pending_hash)) for row in FeedbackKey.objects.all()) == [0, 15]
    assert receive(said("1", WORDS))[0].status == "unchanged"
    assert key_old_hashes(vault=engine.vault)


def test_a_rebuild_keys_them_too(old, pipeline, engine, receive, said):
    rebuild(engine, pipeline)
    assert {len(_hash_of(row)) for row in FeedbackKey.objects.all()} == {15}
    assert receive(said("1", WORDS))[0].status == "unchanged"
