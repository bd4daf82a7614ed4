"""Stars become facts, each once."""

from __future__ import annotations

import pytest

from zhiyin.people.actors import Actor
from zhiyin.portal.background import make_outbox
from zhiyin.portal.models import CaseRating
from zhiyin.respond.models import Case
from zhiyin.respond.reports.rows import report_columns, report_rows
from zhiyin.respond.services import confirm_solved, send_answer
from zhiyin.respond.solved.scores import Concern, score_case

ROWS = "SELECT case_number, solved, speed, attitude, owner_id, unit_id FROM case_ratings ORDER BY rating_id"


@pytest.fixture
def solved(ask, company):
    def make(**changes):
        asked = ask(**changes)
        confirm_solved(send_answer(asked.case, text="好的", by=Actor.of(company.manager)))
        return asked

    return make


def test_stars_stand_in_the_lake_once(client, solved, company, home, lake_rows):
    asked = solved()
    client.post(asked.path, {"do": "rate", "solved": "4", "attitude": "5"})
    client.post(asked.path, {"do": "rate", "solved": "1"})
    assert make_outbox().flush(home.lake) == 1
    assert make_outbox().flush(home.lake) == 0
    expected = (asked.case.number, 4, None, 5, company.manager.pk, company.store.pk)
    assert lake_rows(ROWS) == [expected]


def test_a_crash_between_lake_and_mark_has_no_second_effect(client, solved, home, lake_rows):
    client.post(solved().path, {"do": "rate", "speed": "2"})
    make_outbox().flush(home.lake)
    CaseRating.objects.update(is_stored=False)  # as after a kill before the mark
    make_outbox().flush(home.lake)
    client.post(solved(phone="13988887777").path, {"do": "rate", "speed": "3"})
    assert make_outbox().flush(home.lake) == 1
    assert [row[2] for row in lake_rows(ROWS)] == [2, 3]


def test_an_open_case_takes_no_stars(client, ask):
    client.post(ask().path, {"do": "rate", "solved": "5"})
    assert not CaseRating.objects.exists()


def test_staff_see_the_stars_on_the_case(client, solved, company):
    asked = solved()
    client.force_login(company.manager)
    address = f"/cases/{asked.case.number}/"
    assert 'id="ratings-title"' not in client.get(address).content.decode()
    client.post(asked.path, {"do": "rate", "solved": "4", "attitude": "5"})
    page = client.get(address).content.decode()
    assert 'id="ratings-title"' in page
    assert page.count('class="stars"') >= 2


def test_stars_count_among_the_three_concerns_of_their_case(client, solved):
    asked = solved()
    client.post(asked.path, {"do": "rate", "solved": "4", "attitude": "2"})
    given = {score.concern: score.stars for score in score_case(asked.case)}
    assert given == {Concern.SOLVED: 4, Concern.SPEED: None, Concern.ATTITUDE: 2}


def test_the_file_of_cases_holds_the_stars_of_the_customer(client, solved):
    asked = solved()
    client.post(asked.path, {"do": "rate", "solved": "4", "attitude": "2"})
    (row,) = report_rows(Case.objects.filter(pk=asked.case.pk))
    assert len(row) == len(report_columns())
    assert list(row[-5:-2]) == [4, None, 2]
