"""What people write where a phone number belongs: never lost words, never a stranger for a customer."""

from __future__ import annotations

import pytest

from zhiyin.customers.models import Identity, Link
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackFilter, list_feedback
from zhiyin.people.scope import EVERYTHING


@pytest.mark.parametrize(
    "phone", ["无", "13800138000", "🌸", "9" * 10_000, "138****5678", "'; DROP TABLE x; --", " "]
)
def test_a_hostile_phone_number_links_nobody(client, link, fill, process, phone):
    for text in ("等了四十分钟。", "牛肉面很香。"):
        answer = client.post(f"/speak/{link.code}/", fill(client, text=text, phone=phone))
        # Taken, or given back with the words still in the form.
        assert answer.status_code in {200, 422}
        if answer.status_code == 422:
            assert text in answer.content.decode()
    process()
    assert not Identity.objects.exists()
    assert not Link.objects.exists()
    for voice in list_feedback(open_lake(), scope=EVERYTHING, wanted=FeedbackFilter()).items:
        assert voice.text in {"等了四十分钟。", "牛肉面很香。"}
