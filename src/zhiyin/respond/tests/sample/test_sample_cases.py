"""The sample company's cases are worked on as cases are, tell the truth about themselves, and go again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from django.conf import LazySettings
from django.core import mail

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.knowledge.models import Article, ArticleUse, Audience
from zhiyin.knowledge.services import Words, mark_used, save_version
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.sample import Company, SampleOptions, generate_voices, make_company
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample import load_sample
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.setup import create_setup_token, use_setup_token
from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.suggested import list_suggestions
from zhiyin.respond.models import (
    CallBack,
    Case,
    CaseEvent,
    Clock,
    ClockRule,
    Compensation,
    OutgoingAnswer,
    QualityAppeal,
    QualityScore,
    StaffAbility,
    Technician,
    Transfer,
)
from zhiyin.respond.policies.shipped import use_shipped
from zhiyin.respond.quality.kinds import AppealState
from zhiyin.respond.quality.reviewing import calibrate
from zhiyin.respond.reports.figures import make_report
from zhiyin.respond.reports.selection import Selection
from zhiyin.respond.sample.bringing import CaseBringer
from zhiyin.respond.sample.removing import take_away
from zhiyin.respond.sample.scene import CaseTruth
from zhiyin.respond.services.opening import open_case
from zhiyin.respond.statuses import CaseStatus
from zhiyin.understand.analyser import Analyser

_NOON_AFTER = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company(SampleOptions(n_stores=30, n_days=60, n_voices=900))


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def engine(tmp_path: Path, settings: LazySettings, db: None) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    settings.HOME = opened.home
    yield opened
    opened.close()


@pytest.fixture
def load(engine: Engine, company: Company) -> Callable[[], None]:
    """The cases alone: neither orders nor people come along."""
    intake = Intake(engine.log, engine.vault)

    def run() -> None:
        load_sample(company, intake=intake)
        use_shipped(language="zh", by=SYSTEM, scope=EVERYTHING)
        cases = CaseBringer(company, engine)
        for batch in generate_voices(company):
            cases.hear(
                batch,
                intake.receive(
                    [voice for voice, _ in batch], source="sample", connector="sample", connector_version="1"
                ),
            )
        cases.finish()

    return run


@pytest.fixture
def read_truths(engine: Engine) -> Callable[[], list[CaseTruth]]:
    def read() -> list[CaseTruth]:
        path = engine.home.files / "sample" / "cases.jsonl"
        return [msgspec.json.decode(line, type=CaseTruth) for line in path.read_bytes().splitlines()]

    return read


def test_the_reports_tell_what_is_true_of_the_samples_cases(
    load: Callable[[], None], read_truths: Callable[[], list[CaseTruth]]
) -> None:
    load()
    truths = read_truths()
    told = {truth.number: truth for truth in truths}
    cases = {case.number: case for case in Case.objects.exclude(feedback_id="")}
    assert told.keys() == cases.keys()
    assert len(cases) >= 30
    report = make_report(Selection(scope=EVERYTHING, now=_NOON_AFTER))
    assert report.n_transfers == sum(truth.n_transfers for truth in truths) > 0
    assert report.kicked.value == pytest.approx(
        sum(truth.n_transfers > 2 for truth in truths) / report.n_cases
    )
    n_answered = sum(truth.is_answered for truth in truths)
    n_back = sum(truth.is_answered and truth.n_reopened > 0 for truth in truths)
    assert report.reopened.value == pytest.approx(n_back / n_answered)
    assert n_back > 0
    late = {
        clock.case.number: clock.breached_at is not None
        for clock in Clock.objects.filter(kind=ClockKind.FIRST_ANSWER).select_related("case")
    }
    known = {truth.number: truth.is_first_late for truth in truths if truth.is_first_late is not None}
    assert {number: late[number] for number in known} == known
    assert set(known.values()) == {True, False}
    missed = set(CallBack.objects.exclude(missed_at=None).values_list("case__number", flat=True))
    assert {truth.number for truth in truths if truth.is_call_missed} <= missed
    given = set(Compensation.objects.values_list("case__number", flat=True))
    assert given == {truth.number for truth in truths if truth.is_granted}


def test_there_is_something_of_everything_and_nothing_goes_out(load: Callable[[], None]) -> None:
    load()
    stands = Counter(Case.objects.values_list("status", flat=True))
    for status in (CaseStatus.OPEN, CaseStatus.WORKING, CaseStatus.WAITING, CaseStatus.SOLVED):
        assert stands[status.value], status
    assert Case.objects.exclude(merged_into=None).count() <= 1
    assert CallBack.objects.exists()
    assert QualityScore.objects.filter(judge=None).exists()
    read_by = Counter(QualityScore.objects.exclude(judge=None).values_list("case", flat=True))
    assert set(read_by.values()) == {1, 2}
    assert (calibrate(scope=EVERYTHING, since=_NOON_AFTER).kappa or 0) > 0
    assert QualityAppeal.objects.filter(state=AppealState.OPEN).count() == 1
    assert QualityScore.objects.filter(n_changes=1, appeals__state=AppealState.GRANTED).count() == 1
    used = Counter(ArticleUse.objects.values_list("is_solved", flat=True))
    assert used[True] > 0
    assert Article.objects.filter(published__isnull=False, audience=Audience.PUBLIC).count() >= 3
    assert Article.objects.filter(published=None).count() == 1
    # Told in order: no step lies before the one that was taken before it, and none in the future.
    for case in Case.objects.prefetch_related("events"):
        moments = [event.at for event in sorted(case.events.all(), key=lambda event: event.id)]
        assert moments == sorted(moments)
        assert moments[0] == case.opened_at
        assert moments[-1] <= _NOON_AFTER
    assert not mail.outbox
    assert not OutgoingAnswer.objects.exists()
    assert not any(account.has_usable_password() for account in Account.objects.all())
    kept = (
        Case,
        CaseEvent,
        Transfer,
        Account,
        StaffAbility,
        Article,
        ArticleUse,
        QualityScore,
        QualityAppeal,
    )
    n = {model: model.objects.count() for model in kept}
    load()
    assert n == {model: model.objects.count() for model in n}


def test_the_first_owner_finds_cases_of_their_own(
    load: Callable[[], None], read_truths: Callable[[], list[CaseTruth]]
) -> None:
    load()
    owner = use_setup_token(
        create_setup_token(), username="li", password="correct horse battery staple", company="听穗茶"
    )
    mine = Case.objects.filter(owner=owner)
    assert 5 <= mine.count() <= 8
    assert {CaseStatus.OPEN, CaseStatus.WORKING} <= {case.stands for case in mine}
    # A promised call goes with its case, so that there is something to do by telephone, too.
    assert CallBack.objects.filter(owner=owner, state=CallBackState.PLANNED).exists()
    handed = Transfer.objects.filter(to_account=owner)
    assert {one.from_account.username.startswith("sample-") for one in handed} == {True}
    report = make_report(Selection(scope=EVERYTHING, now=_NOON_AFTER))
    assert report.n_transfers == sum(truth.n_transfers for truth in read_truths())


def test_all_of_it_goes_and_nobody_elses_does(engine: Engine, analyser: Analyser) -> None:
    company = make_company(SampleOptions(n_stores=2, n_days=30, n_voices=120))
    owner = create_account("owner")
    grant_role(owner, role=Role.OWNER)
    load_sample(company, intake=Intake(engine.log, engine.vault), engine=engine)
    Pipeline(engine, Analysis(lambda: analyser.analyse_batch)).drain()
    # Who was here before finds cases of their own, and did nothing in any.
    assert set(Case.objects.filter(owner=owner).values_list("status", flat=True)) == {CaseStatus.OPEN}
    assert not CaseEvent.objects.filter(actor=owner).exists()
    busy = Account.objects.get(username="sample-desk-1")
    real = open_case(feedback_id="real", unit_id=None, title="真的", owner=busy, by=Actor.of(owner))
    assert Case.objects.count() > 10
    # An article that somebody here goes on writing is theirs to keep; what was only read goes.
    kept, read = Article.objects.filter(published__isnull=False).order_by("pk")[:2]
    assert read.published is not None
    save_version(
        kept, Words(title="我们的做法", text="一天内退款。"), by=Actor.of(owner), seen=kept.n_versions
    )
    mark_used(kept, case_id=Case.objects.exclude(pk=real.pk)[0].pk)
    mark_used(kept, case_id=real.pk)
    for n_times in range(2):
        gone = take_away(engine)
        assert bool(gone.get("cases")) is bool(gone.get("articles")) is (n_times == 0)
        assert [article.pk for article in Article.objects.all()] == [kept.pk]
        assert [use.case_id for use in ArticleUse.objects.all()] == [real.pk]
        assert [case.number for case in Case.objects.all()] == [real.number]
        left = {account.username: account.is_active for account in Account.objects.all()}
        # Of whom a real case tells, the name stays.
        assert left == {"owner": True, busy.username: False, kept.owner.username: False}
        assert not busy.grants.exists()
        assert not Technician.objects.exists()
        suggested = ClockRule.objects.filter(key__in=[one.key for one in list_suggestions(language="zh")])
        assert not suggested.exclude(pk__in=Clock.objects.values("rule")).exists()
