"""The sample company goes, all of it, and nothing else does."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.models import BackgroundJob, FeedbackKey, SampleState
from zhiyin.listen.sample import SampleOptions, make_company
from zhiyin.listen.services import sample_removal
from zhiyin.listen.services.sample import load_sample
from zhiyin.listen.services.sample_removal import REMOVAL_KIND, has_sample, remove_sample
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import ensure_root, ensure_units, rename_unit

pytestmark = pytest.mark.django_db(transaction=True)

COMPANY = make_company(SampleOptions(n_stores=4, n_days=20, n_voices=120, last_day=date(2026, 3, 1)))
TABLES = ("raw", "feedback", "opinions", "replies")


@pytest.fixture
def home(engine, settings):
    settings.HOME = engine.home
    return engine.home


@pytest.fixture
def loaded(home, intake, pipeline):
    rename_unit(ensure_root(), name="好茶")
    load_sample(COMPANY, intake=intake)
    pipeline.drain()


@pytest.fixture
def counts(query):
    return lambda: {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}


def run(home):
    job = remove_sample()
    REMOVAL_KIND.run(job.pk, home)
    return REMOVAL_KIND.find(job.pk)


def test_voices_keys_units_and_name_go(loaded, home, counts):
    assert has_sample()
    assert ensure_root().name == "听穗茶"
    assert counts()["feedback"] == 120
    view = run(home)
    assert view.status == "done"
    assert view.figures[0].n == 120
    assert counts() == dict.fromkeys(TABLES, 0)
    assert not FeedbackKey.objects.exists()
    assert [unit.name for unit in OrgUnit.objects.all()] == ["好茶"]
    assert not has_sample()
    assert AuditEvent.objects.filter(action="sample.removed").count() == 1


def test_a_second_time_changes_nothing_and_the_sample_may_come_again(loaded, home, intake, pipeline, counts):
    run(home)
    assert [figure.n for figure in run(home).figures] == [0, 0, 0]
    load_sample(COMPANY, intake=intake)
    pipeline.drain()
    assert has_sample()
    assert counts()["feedback"] == 120
    assert ensure_root().name == "听穗茶"


def test_what_others_said_and_the_units_that_others_need_stay(loaded, home, receive, pipeline, query):
    store, other = OrgUnit.objects.filter(code__startswith="S").order_by("code")[:2]
    receive(FeedbackIn(external_id="1", text="真的客户说的", unit=UnitIn(code=store.code)))
    pipeline.drain()
    grant_role(create_account("m", password="correct horse battery staple"), role=Role.MANAGER, unit=other)
    view = run(home)
    assert query("SELECT text FROM feedback") == [("真的客户说的",)]
    assert FeedbackKey.objects.count() == 1
    kept = set(OrgUnit.objects.values_list("pk", flat=True))
    assert {store.pk, other.pk} <= kept
    assert store.parent_id in kept
    assert view.figures[2].n == len(kept) - 1


def test_rooms_above_are_told_and_may_keep_units(loaded, home, monkeypatch, query):
    told = []
    unit = OrgUnit.objects.filter(code__startswith="S").first()
    ids = {row[0] for row in query("SELECT DISTINCT feedback_id FROM raw")}
    monkeypatch.setattr(sample_removal, "on_removed", [told.extend])
    sample_removal.find_used_units.append(lambda unit_ids: {unit.pk} & set(unit_ids))
    try:
        run(home)
    finally:
        sample_removal.find_used_units.pop()
    assert set(told) == ids
    assert OrgUnit.objects.filter(pk=unit.pk).exists()


def test_rooms_above_are_told_while_every_fact_stands(loaded, home, monkeypatch, counts):
    seen = []
    monkeypatch.setattr(sample_removal, "before_facts_go", [lambda _: seen.append(counts())])
    before = counts()
    run(home)
    assert seen == [before]
    assert before["feedback"] == 120


def test_cut_off_anywhere_it_finishes_when_run_again(loaded, home, monkeypatch, counts):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sample_removal, "_CHUNK", 50)
    job = remove_sample()
    for table in ("opinions", "raw"):
        with monkeypatch.context() as patched:
            seen = []
            patched.setattr(
                sample_removal,
                "on_removed",
                [lambda part, seen=seen: interrupt(part) if seen else seen.append(part)],
            )
            with pytest.raises(KeyboardInterrupt):
                REMOVAL_KIND.run(job.pk, home)
        assert BackgroundJob.objects.get().status == "interrupted", table
    REMOVAL_KIND.run(job.pk, home)
    assert BackgroundJob.objects.get().status == "done"
    assert counts() == dict.fromkeys(TABLES, 0)
    assert not FeedbackKey.objects.exists()


def test_a_unit_that_comes_back_is_a_new_one(loaded, home, receive, pipeline, query):
    code = OrgUnit.objects.filter(code__startswith="S").first().code
    run(home)
    receive(FeedbackIn(external_id="1", text="新店的客户", unit=UnitIn(code=code)))
    pipeline.drain()
    assert query("SELECT unit_id FROM feedback") == [(OrgUnit.objects.get(code=code).pk,)]


def test_a_sample_of_an_older_version_is_found_in_the_lake(loaded, home):
    SampleState.objects.all().delete()
    assert has_sample()
    SampleState.objects.all().delete()
    run(home)
    assert ensure_root().name == "公司"


def test_a_house_without_sample_says_so(home, pipeline):
    assert not has_sample()
    pipeline.process_batch()
    assert not has_sample()


def test_the_button_is_the_owners_and_begins_one_job(loaded, home):
    clients = {}
    for role in (Role.OWNER, Role.ANALYST):
        account = create_account(role.value, password="correct horse battery staple")
        grant_role(account, role=role)
        clients[role] = Client()
        clients[role].force_login(account)
    assert clients[Role.ANALYST].post("/settings/sample/remove/").status_code == 403
    first = clients[Role.OWNER].post("/settings/sample/remove/")
    again = clients[Role.OWNER].post("/settings/sample/remove/")
    job = BackgroundJob.objects.get()
    assert first["Location"] == again["Location"] == f"/jobs/sample_removal/{job.pk}/"
    assert clients[Role.OWNER].get(first["Location"]).status_code == 200
    assert clients[Role.ANALYST].get(first["Location"]).status_code == 404


def test_the_banner_is_there_as_long_as_the_sample_is(loaded, home, rf):
    from django.template import engines

    page = engines["django"].from_string("{% load listen %}{% sample_banner %}")
    words = page.render({"may": frozenset({"installation:manage"})}, rf.get("/"))
    assert 'action="/settings/sample/remove/"' in words
    assert 'action="/settings/sample/remove/"' not in page.render({"may": frozenset()}, rf.get("/"))
    run(home)
    assert page.render({}, rf.get("/")).strip() == ""


def test_units_found_by_name_are_those_of_the_sample(loaded, home):
    assert ensure_units([]) == []
    names = {unit.name for unit in OrgUnit.objects.exclude(parent=None)}
    from zhiyin.listen.services.sample_units import list_sample_units

    assert {unit.name for unit in list_sample_units()} == names
