"""The page of new subjects: what the job found, each person's own scope, putting away, empty states."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.insight.models import SubjectReport
from zhiyin.insight.topics.job import KIND, SUBJECTS_KIND, find_report, look_if_due
from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.models import BackgroundJob
from zhiyin.people.caches import forget_everything
from zhiyin.people.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)

SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
ENDS = ("太重", "，难喝", "盖过茶香")
EVERYDAY = ["珍珠很软糯", "排队等了很久", "店员态度热情", "奶茶太甜了", "环境干净整洁", "外卖送得快"]


def _fill(company, *, n_new=20, store="s1"):
    """Twelve weeks of everyday talk in both stores; in the last two days a new phrase in one of them."""
    now, chance = datetime.now(UTC) - timedelta(hours=1), random.Random(3)
    items = [
        FeedbackIn(
            external_id=f"old{number}",
            text=f"{chance.choice(EVERYDAY)}，{''.join(chance.choices(SIGNS, k=14))}",
            unit=UnitIn(code="n1" if number % 2 else "s1"),
            occurred_at=now - timedelta(days=number % 80),
        )
        for number in range(480)
    ]
    items += [
        FeedbackIn(
            external_id=f"new{number}",
            text=f"吸管糊味{ENDS[number % 3]}，{''.join(chance.choices(SIGNS, k=14))}",
            unit=UnitIn(code=store),
            occurred_at=now - timedelta(days=number % 2),
        )
        for number in range(n_new)
    ]
    company.hear(*items)


def _look(company):
    job = BackgroundJob.objects.create(kind=KIND)
    SUBJECTS_KIND.run(job.pk, company.engine.home)
    job.refresh_from_db()
    assert job.status == BackgroundJob.Status.DONE, job.message
    return job


def test_the_subject_is_named_with_its_figures_and_rows(company):
    _fill(company)
    owner = company.visit(Role.OWNER)
    assert "Not looked for yet" in owner.get("/new/").content.decode()
    assert _look(company).details == {"voices": 500, "subjects": 1}
    page = owner.get("/new/").content.decode()
    assert "吸管糊味" in page
    assert "<strong>20 voices</strong>" in page
    assert "广州一店" in page
    assert page.count('class="quote"') == 3
    href = page.split('class="subject-name"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert "20" in owner.get(href).content.decode().split('class="voices-count"')[1][:200]


def test_who_sees_one_store_is_told_of_that_store_alone(company):
    _fill(company, store="s1")
    _look(company)
    north, south = company.visit(Role.MANAGER, unit="n1"), company.visit(Role.MANAGER, unit="s1")
    assert "吸管糊味" not in north.get("/new/").content.decode()  # fetched behind the page
    assert "吸管糊味" not in north.get("/new/?now=1").content.decode()
    assert "吸管糊味" in south.get("/new/?now=1").content.decode()
    assert north.post("/new/look/").status_code == 404


def test_the_owner_may_look_at_one_store(company):
    _fill(company, store="s1")
    owner = company.visit(Role.OWNER)
    assert "吸管糊味" in owner.get("/new/?unit=s1&now=1").content.decode()
    assert "吸管糊味" not in owner.get("/new/?unit=n1&now=1").content.decode()


def test_a_subject_is_put_away_and_brought_back(company):
    _fill(company)
    _look(company)
    owner = company.visit(Role.OWNER)
    answer = owner.post("/new/put-away/", {"name": "吸管糊味"}, follow=True).content.decode()
    assert 'class="subject-name"' not in answer
    assert "1 subject is put away" in answer
    assert "Nothing else is new" in answer
    assert "subject-name" in owner.get("/new/?show=all").content.decode()
    owner.post("/new/put-away/?again=1&name=吸管糊味")
    assert 'class="subject-name"' in owner.get("/new/").content.decode()


def test_quiet_weeks_say_that_nothing_is_new(company):
    _fill(company, n_new=0)
    _look(company)
    assert "Nothing new" in company.visit(Role.OWNER).get("/new/").content.decode()


def test_a_lake_without_history_says_so(company):
    company.say("吸管糊味太重了")
    _look(company)
    assert "Too little history" in company.visit(Role.OWNER).get("/new/").content.decode()


def test_a_look_is_due_only_where_voices_came_since_the_last_one(company):
    now = datetime.now(UTC)
    lake = company.engine.lake
    company.say("吸管糊味太重了")
    assert look_if_due(lake, now=now)
    assert not look_if_due(lake, now=now)  # one waits already
    SUBJECTS_KIND.run(BackgroundJob.objects.get(kind=KIND).pk, company.engine.home)
    later = now + timedelta(hours=2)
    assert not look_if_due(lake, now=later)
    company.say("换了吸管还是糊味")
    assert look_if_due(lake, now=later)
    assert find_report() is not None
    assert SubjectReport.objects.get().sequence >= 0


def _some_aspect(client):
    return (
        client.get("/new/")
        .content.decode()
        .split('<option value="">Aspect …</option><option value="')[1]
        .split('"')[0]
    )


def _fill_uncovered(company):
    """Four weeks of talk; some are unhappy with something that the taxonomy does not know."""
    now, chance = datetime.now(UTC) - timedelta(hours=1), random.Random(5)
    company.hear(
        *(
            FeedbackIn(
                external_id=f"bare{number}",
                text=f"{text}，{''.join(chance.choices(SIGNS, k=10))}",
                unit=UnitIn(code="n1" if number % 2 else "s1"),
                occurred_at=now - timedelta(days=number % 24),
            )
            for number, text in enumerate(
                ["充电宝借不了，太失望了"] * 30 + ["味道太难吃了"] * 100 + ["服务员态度很好"] * 100
            )
        )
    )


def test_what_no_aspect_covers_is_named_with_its_voices_and_proposed_as_a_term(company, monkeypatch):
    _fill_uncovered(company)
    _look(company)
    owner = company.visit(Role.OWNER)
    page = owner.get("/new/").content.decode()
    section = page[page.index('id="uncovered-title"') :]
    assert "充电宝" in section.split("</h3>")[0]
    name = section.split('class="subject-name"><a href="')[1].split(">")[1].split("<")[0]
    assert "<strong>30 voices</strong> in four weeks" in section
    chosen = {"name": name, "aspect": "service_waiters_attitude"}
    assert "ZHIYIN_TAXONOMY" in owner.post("/new/term/", chosen, follow=True).content.decode()
    monkeypatch.delenv("ZHIYIN_TAXONOMY")
    forget_everything()
    # The default taxonomy has other aspects.
    answer = owner.post("/new/term/", {**chosen, "aspect": _some_aspect(owner)}, follow=True)
    assert "stands in your draft" in answer.content.decode()
    answer = owner.post("/new/term/", {"name": name, "aspect": "no_such"}, follow=True)
    assert "Not added" in answer.content.decode()
    assert company.visit(Role.MANAGER, unit="n1").post("/new/term/", {"name": name}).status_code == 403


def test_what_no_aspect_covers_is_told_of_ones_own_store_alone(company):
    _fill_uncovered(company)
    south = company.visit(Role.MANAGER, unit="s1")
    section = south.get("/new/?now=1").content.decode().split('id="uncovered-title"')[1]
    assert "<strong>15 voices</strong> in four weeks" in section
