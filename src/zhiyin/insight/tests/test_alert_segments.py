"""Rules that watch a segment alone: whose voices count, who may set them, what they say of it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from zhiyin.customers.models import Segment
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.services import WantedSegment, save_segment
from zhiyin.errors import InvalidInput
from zhiyin.insight.alerts.arrivals import alert_on_arrivals
from zhiyin.insight.alerts.counting import Raised, evaluate_counting, say_raised
from zhiyin.insight.alerts.managing import WantedRule, change_rule, create_rule
from zhiyin.insight.alerts.rules import RuleOptions, read_options
from zhiyin.insight.models import AlertRule, Signal
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

COMPLAINED = {"is": "group", "op": "all", "parts": [{"is": "wrote", "sentiment": "negative"}]}
PHONES = {"anna": "13912345678", "bob": "13700001111"}


def now():
    return datetime.now(UTC)


@pytest.fixture
def told(company):
    """`told("anna", text)`: a voice of hers; she has complained before and is in the segment, bob is not."""

    def run(who, text, **fields):
        identity = IdentityIn(type="phone", value=PHONES[who], verified=True)
        return company.say(text, author=AuthorIn(identities=[identity]), **fields)

    run("anna", "菜太难吃了，服务员态度极差，再也不来了")
    run("bob", "菜很好吃，服务员很热情")
    make_rollup(company.engine)
    save_segment(WantedSegment(name="不满的人", definition=read_definition(COMPLAINED)), by=None, now=now())
    assert alert_on_arrivals(company.engine.lake, now=now()) == 0
    return run


def _segment():
    return str(Segment.objects.get().pk)


def _wanted(kind="risk_words", *, unit_id=None, **options):
    options = {"words": ("记者",), "segment": _segment(), **options}
    return WantedRule(
        name="r",
        kind=kind,
        options=RuleOptions(**options),
        unit_id=unit_id,
        level=2,
        cool_down_minutes=0,
    )


def _create(company, wanted, *, customers=EVERYTHING):
    company.visit("owner")
    by = find_account("owner-all")
    rule = create_rule(wanted, scope=EVERYTHING, by=by, now=now(), customers=customers)
    rule.is_on = True
    rule.save()
    return rule


def test_a_word_counts_of_members_alone_and_the_list_names_the_segment(company, told):
    _create(company, _wanted())
    hers = told("anna", "我要找记者")
    told("bob", "我要找记者")
    company.say("我要找记者")
    assert alert_on_arrivals(company.engine.lake, now=now()) == 1
    assert Signal.objects.get().feedback_id == hers
    browser = company.visit("owner")
    assert "Segment: 不满的人" in browser.get(reverse("alerts"), {"view": "single"}).content.decode()
    assert "Segment: 不满的人" in browser.get(reverse("alert_rules")).content.decode()


def test_voices_are_counted_of_todays_members_and_the_message_says_so(company, told):
    rule = _create(company, _wanted("threshold", measure="voices", n=1, hours=24))
    assert evaluate_counting(company.engine.lake, now=now()) == 1
    assert Signal.objects.get().figures["observed"] == 1.0

    spoke = Raised(hour=1, observed=1.0, against=1.0)
    assert say_raised(rule, read_options(rule), spoke, language="zh").startswith("全公司 · 分群“不满的人”：")
    assert "segment “不满的人”" in say_raised(rule, read_options(rule), spoke, language="en")


def test_a_rule_of_a_deleted_segment_watches_nobody_and_says_that_it_is_gone(company, told):
    _create(company, _wanted())
    Segment.objects.update(deleted_at=now())
    told("anna", "我要找记者")
    assert alert_on_arrivals(company.engine.lake, now=now()) == 0
    assert "Segment: deleted" in company.visit("owner").get(reverse("alert_rules")).content.decode()


def test_who_does_not_see_the_customers_sets_no_segment_but_leaves_the_one_that_stands(company, told):
    rule = _create(company, _wanted())
    own = Scope(unit_ids=frozenset({company.north.pk}))
    for wanted, customers in (
        (_wanted(), NOTHING),
        (_wanted(unit_id=company.south.pk), own),
        (_wanted(segment="999"), EVERYTHING),
        (_wanted(segment=f"{_segment()}-1"), EVERYTHING),
        (_wanted("anomaly"), EVERYTHING),
    ):
        with pytest.raises(InvalidInput) as refused:
            _create(company, wanted, customers=customers)
        assert refused.value.field == "segment"
    changed = change_rule(rule.pk, _wanted(words=("律师",)), scope=EVERYTHING, by=find_account("owner-all"))
    assert changed.options["segment"] == _segment()
    assert _create(company, _wanted(unit_id=company.north.pk), customers=own).pk


def test_the_form_offers_segments_and_tries_the_rule_on_the_past(company, told):
    told("bob", "我要找记者")
    told("anna", "我要找记者")
    browser, address = company.visit("owner"), f"{reverse('new_alert_rule')}?kind=risk_words"
    assert "不满的人" in browser.get(address).content.decode()
    form = {"name": "x", "words": "记者", "level": "1", "cool_down_minutes": "0", "segment": _segment()}
    assert "spoken 1 times" in browser.post(address, {**form, "action": "try"}).content.decode()
    assert browser.post(address, {**form, "segment": "999", "action": "save"}).status_code == 422
    assert browser.post(address, {**form, "action": "save"}).status_code == 302
    rule = AlertRule.objects.get(name="x")
    assert rule.options["segment"] == _segment()
    shown = browser.get(reverse("alert_rule", args=[rule.pk])).content.decode()
    assert f'<option value="{_segment()}" selected' in shown
