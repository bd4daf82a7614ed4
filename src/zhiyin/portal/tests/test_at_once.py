"""What happens when the same is sent at the same moment."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from zhiyin.portal.models import SpeakLink
from zhiyin.respond.models import Case


def _at_once(work, *, n):
    """Runs `work()` in `n` threads at once, each with its own connection; what they return."""
    barrier, results = threading.Barrier(n), []

    def body():
        try:
            barrier.wait(30)
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=body) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_four_presses_at_once_give_one_case_one_count_and_one_link(client, link, fill, process, lake_rows):
    data = fill(client, wants_answer="on")

    def press():
        response = Client().post(f"/speak/{link.code}/", data)
        return response.content.decode()

    pages = _at_once(press, n=4)
    tokens = {re.search(r"/track/([\w-]{22})/", page)[1] for page in pages}
    assert len(pages) == 4
    assert len(tokens) == 1
    assert Case.objects.count() == 1
    assert SpeakLink.objects.get().n_voices == 1
    process()
    assert lake_rows("SELECT count(*) FROM feedback") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(client, ask):
    number = ask().case.number
    wrong = {"number": number, "digits": "0000"}
    statuses = _at_once(lambda: Client().post("/track/", wrong).status_code, n=10)
    assert sorted(statuses) == [422] * 6 + [429] * 4
