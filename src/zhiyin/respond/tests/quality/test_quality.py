"""Scores by machine and by people, objections, the sample, the rubric."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.people.models import Account, AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import grant_role
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import (
    Case,
    QualityAppeal,
    QualityResult,
    QualityRubric,
    QualitySample,
    QualityScore,
)
from zhiyin.respond.quality.appealing import AppealedAlready, TooLate, appeal, decide, may_appeal
from zhiyin.respond.quality.reviewing import (
    OwnWork,
    ReadAlready,
    calibrate,
    draw_sample,
    list_to_read,
    record_review,
)
from zhiyin.respond.quality.rubric import RubricChanged, list_items, read_rubric, save_rubric
from zhiyin.respond.quality.scoring import list_waiting, score_case
from zhiyin.respond.quality.suggested import SUGGESTED
from zhiyin.respond.services import close_case, send_answer
from zhiyin.respond.services.erasing import erase_from_cases

VAGUE = "您好，非常抱歉，上菜太慢，我们会尽快处理。"


@pytest.fixture
def scored(shop, make_case) -> QualityScore:
    """A case of the agent, answered with a vague promise, closed and scored."""
    return _score(close_case(send_answer(make_case(), text=VAGUE, by=shop.by_agent), by=shop.by_agent))


def _score(case: Case) -> QualityScore:
    rubric = read_rubric()
    score = score_case(case, rubric=rubric, items=list_items(rubric))
    assert score is not None
    return score


def _line(score: QualityScore, key: str = "dated_promise") -> QualityResult:
    return QualityResult.objects.select_related("score__rubric", "item").get(score=score, item__key=key)


def test_the_machine_scores_what_was_answered_once(shop, scored, make_case) -> None:
    make_case()
    assert not list_waiting(now=timezone.now()).exists()
    assert (scored.agent, scored.judge, scored.is_fatal) == (shop.agent, None, False)
    assert _line(scored).is_met is False
    results = QualityResult.objects.filter(score=scored).select_related("item")
    weights = [(one.item.weight, one.is_met) for one in results if one.is_met is not None]
    share = sum(weight for weight, met in weights if met) / sum(weight for weight, _ in weights)
    assert scored.total == pytest.approx(100 * share, abs=0.06)
    rubric = read_rubric()
    assert score_case(scored.case, rubric=rubric, items=list_items(rubric)) is None


def test_an_answer_waits_a_day_for_its_score_unless_the_case_is_over(shop, make_case) -> None:
    case = send_answer(make_case(), text=VAGUE, by=shop.by_agent)
    assert not list_waiting(now=timezone.now()).exists()
    assert list(list_waiting(now=timezone.now() + timedelta(days=2))) == [case]


def test_a_granted_objection_changes_the_score_with_a_star_and_history(shop, scored) -> None:
    made = appeal(_line(scored), reason="当面已说明时间", by=shop.by_agent, account=shop.agent)
    with pytest.raises(AppealedAlready):
        appeal(_line(scored), reason="再说一次", by=shop.by_agent, account=shop.agent)
    with pytest.raises(OwnWork):
        decide(made, is_granted=True, words="是", by=shop.by_agent, account=shop.agent)
    decide(made, is_granted=True, words="属实", by=shop.by_manager, account=shop.manager)
    after = QualityScore.objects.get(pk=scored.pk)
    assert after.n_changes == 1
    assert after.total > scored.total
    (change,) = after.changes.all()
    assert (change.total_before, change.total_after, change.by) == (scored.total, after.total, shop.manager)
    with pytest.raises(AppealedAlready):
        decide(made, is_granted=False, words="又不是", by=shop.by_manager, account=shop.manager)


def test_a_refused_objection_changes_nothing_and_late_ones_are_refused(shop, scored) -> None:
    made = appeal(_line(scored), reason="不对", by=shop.by_agent, account=shop.agent)
    decide(made, is_granted=False, words="录音里没有", by=shop.by_manager, account=shop.manager)
    assert QualityScore.objects.get(pk=scored.pk).n_changes == 0
    QualityScore.objects.filter(pk=scored.pk).update(at=timezone.now() - timedelta(days=8))
    line = _line(scored)
    assert not may_appeal(line.score)
    with pytest.raises(TooLate):
        appeal(line, reason="晚了", by=shop.by_agent, account=shop.agent)


def test_people_read_a_sample_of_every_agent_never_their_own(shop, scored, make_case) -> None:
    for _ in range(3):
        _score(close_case(send_answer(make_case(), text=VAGUE, by=shop.by_agent), by=shop.by_agent))
    today = timezone.now().astimezone(company_zone()).date()
    assert (draw_sample(today), draw_sample(today)) == (1, 0)
    sample = QualitySample.objects.get()
    assert not list_to_read(scope=EVERYTHING, account=shop.agent, today=today).exists()
    assert list_to_read(scope=EVERYTHING, account=shop.manager, today=today).get() == sample
    with pytest.raises(OwnWork):
        record_review(sample.case, met={"respectful": True}, comment="", by=shop.by_agent, judge=shop.agent)
    score = record_review(
        sample.case,
        met={"respectful": True, "facts_right": False},
        comment="金额不对",
        by=shop.by_manager,
        judge=shop.manager,
    )
    assert (score.total, score.is_fatal) == (0.0, True)
    with pytest.raises(ReadAlready):
        record_review(
            sample.case, met={"respectful": True}, comment="", by=shop.by_manager, judge=shop.manager
        )
    QualitySample.objects.update(n_judges=1)
    assert not list_to_read(scope=EVERYTHING, account=shop.owner, today=today).exists()


def test_two_readers_of_one_case_are_calibrated(shop, scored) -> None:
    for judge, respectful in ((shop.manager, True), (shop.owner, False)):
        record_review(
            scored.case,
            met={"respectful": respectful, "greeting": True},
            comment="",
            by=shop.by_manager,
            judge=judge,
        )
    since = timezone.now() - timedelta(days=1)
    found = calibrate(scope=EVERYTHING, since=since)
    assert (found.n, found.n_agree) == (2, 1)
    line = QualityResult.objects.get(score__judge=shop.owner, item__key="respectful")
    made = appeal(line, reason="一直称呼“您”", by=shop.by_agent, account=shop.agent)
    decide(made, is_granted=True, words="属实", by=shop.by_manager, account=shop.manager)
    assert QualityResult.objects.get(pk=line.pk).is_met
    assert calibrate(scope=EVERYTHING, since=since) == found


def test_a_rubric_is_changed_by_a_new_version_and_only_from_the_one_that_was_seen(shop, scored) -> None:
    save_rubric(SUGGESTED[:3], by=shop.by_manager, seen=1)
    with pytest.raises(RubricChanged):
        save_rubric(SUGGESTED[:4], by=shop.by_manager, seen=1)
    assert [one.version for one in QualityRubric.objects.order_by("version")] == [1, 2]
    assert QualityScore.objects.get(pk=scored.pk).rubric.version == 1


def test_erasing_a_customer_takes_evidence_comments_and_reasons(shop, scored) -> None:
    appeal(_line(scored), reason="张三说了时间", by=shop.by_agent, account=shop.agent)
    record_review(
        scored.case, met={"respectful": True}, comment="张三满意", by=shop.by_manager, judge=shop.manager
    )
    erase_from_cases([scored.case.feedback_id])
    assert not QualityResult.objects.filter(answer__isnull=False).exists()
    assert not QualityScore.objects.exclude(comment="").exists()
    assert QualityAppeal.objects.get().reason == ""


def test_the_pages_show_score_read_object_and_decide(
    shop, scored, enter: Callable[[Account], Client]
) -> None:
    agent, manager = enter(shop.agent), enter(shop.manager)
    mine = agent.get("/quality/mine/").content.decode()
    assert "尽快" in mine
    assert agent.get("/quality/").status_code == 403
    line = _line(scored)
    assert enter(shop.stranger).post(f"/quality/mine/{line.pk}/object/", {"why_not": "我"}).status_code == 404
    agent.post(f"/quality/mine/{line.pk}/object/", {"why_not": "电话里说了"})
    made = QualityAppeal.objects.get()
    assert "电话里说了" in manager.get("/quality/").content.decode()
    manager.post(f"/quality/objections/{made.pk}/", {"is_granted": "yes", "decision": "属实"})
    assert (
        f"{QualityScore.objects.get(pk=scored.pk).total:.1f}*" in agent.get("/quality/mine/").content.decode()
    )
    page = f"/quality/cases/{scored.case.number}/"
    assert manager.post(page, {}).status_code == 422
    item = next(one for one in list_items(read_rubric()) if one.key == "respectful")
    assert manager.post(page, {f"item-{item.pk}": "yes"}).status_code == 302
    assert AuditEvent.objects.filter(action="quality.scored").exists()


def test_the_figures_of_an_agent_and_of_robots_open_to_the_scores_behind_them(
    shop, scored, enter: Callable[[Account], Client]
) -> None:
    talk = "01a20688-9d1f-721e-9bff-08d08e150649"
    robot = QualityScore.objects.create(
        rubric=scored.rubric, conversation=talk, unit=scored.unit, at=scored.at,
        answered_at=scored.answered_at, total=40.0,
    )  # fmt: skip
    robot.results.create(item=list_items(read_rubric())[-1], is_met=False)
    browser = enter(shop.manager)
    assert f"/quality/scores/?who={shop.agent.pk}" in browser.get("/quality/").content.decode()
    page = browser.get(f"/quality/scores/?who={shop.agent.pk}&only=machine").content.decode()
    assert scored.case.number in page
    assert "尽快" in page
    assert (
        "No score fits" in browser.get(f"/quality/scores/?who={shop.agent.pk}&only=people").content.decode()
    )
    assert f"/voices/{talk}/" in browser.get("/quality/scores/?who=robots").content.decode()
    for wrong in ("", "x", "999999", str(shop.manager.pk)):
        assert browser.get(f"/quality/scores/?who={wrong}").status_code == 404, wrong
    grant_role(shop.stranger, role=Role.MANAGER, unit=shop.south)
    elsewhere = enter(shop.stranger)
    assert elsewhere.get(f"/quality/scores/?who={shop.agent.pk}").status_code == 404
    assert talk not in elsewhere.get("/quality/scores/?who=robots").content.decode()


def test_only_who_reviews_the_whole_company_changes_the_rubric(
    shop, enter: Callable[[Account], Client]
) -> None:
    rubric = read_rubric()
    items = list_items(rubric)
    typed = {
        "version": "1",
        "sample_size": "2",
        "double_every": "5",
        "appeal_days": "3",
        "new-zh": "留了联系方式",
        **{f"keep-{one.pk}": "on" for one in items[:4]},
        **{f"weight-{one.pk}": "7" for one in items},
        "new-weight": "9",
    }
    assert enter(shop.manager).post("/quality/rubric/", typed).status_code == 404
    owner = enter(shop.owner)
    assert owner.get("/quality/rubric/").status_code == 200
    assert owner.post("/quality/rubric/", {**typed, "sample_size": "many"}).status_code == 422
    assert owner.post("/quality/rubric/", typed).status_code == 302
    now = read_rubric()
    assert (now.version, now.appeal_days, len(list_items(now))) == (2, 3, 5)
    assert list_items(now)[-1].name_en == "留了联系方式"


def test_a_reviewer_of_another_region_finds_nothing(shop, scored, enter: Callable[[Account], Client]) -> None:
    grant_role(shop.stranger, role=Role.MANAGER, unit=shop.south)
    elsewhere = enter(shop.stranger)
    assert elsewhere.get(f"/quality/cases/{scored.case.number}/").status_code == 404
    assert "No answer is scored yet" in elsewhere.get("/quality/").content.decode()
