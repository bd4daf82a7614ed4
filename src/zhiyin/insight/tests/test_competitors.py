"""Competitors: who is named, what comparisons say, the list with undo, imported voices beside ours."""

import re
from datetime import timedelta

import pytest

from zhiyin.errors import Conflict, InvalidInput
from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.competitors.comparing import Said, compare, find_names, is_unnamed
from zhiyin.insight.competitors.facts import read_named
from zhiyin.insight.competitors.imported import list_against
from zhiyin.insight.competitors.managing import list_competitors, remove_competitor, save_competitor
from zhiyin.insight.competitors.units import forget_competitor_units
from zhiyin.insight.models import Competitor
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.steps import choose_steps
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.units import create_unit

NAMED = {"kind": "competitor_named", "value": None}


@pytest.mark.parametrize(
    ("text", "name", "outcome"),
    [
        ("奶茶没有喜茶好喝", "喜茶", "worse"),
        ("比喜茶贵", "喜茶", "worse"),
        ("价格比喜茶低", "喜茶", "better"),
        ("性价比比喜茶高", "喜茶", "better"),
        ("价格比奈雪便宜多了，味道也好", "奈雪", "better"),
        ("还是喜茶更好喝", "喜茶", "worse"),
        ("喜茶更贵", "喜茶", "better"),
        ("跟霸王茶姬差不多", "霸王茶姬", "alike"),
        ("味道不比喜茶差", "喜茶", "alike"),
        ("喜茶的服务比你们好", "喜茶", "worse"),
        ("不如喜茶", "喜茶", "worse"),
        ("比喜茶好贵啊", "喜茶", "worse"),
        ("比起瑞幸，这里的咖啡香多了", "瑞幸", "better"),
        ("昨天去了喜茶，今天来这里，味道不错", "喜茶", "unclear"),
        ("It's cheaper than Starbucks.", "starbucks", "better"),
        ("Starbucks coffee is much better", "Starbucks", "worse"),
    ],
)
def test_a_clause_says_who_is_better(text, name, outcome):
    (span,) = find_names(text, [name])
    assert compare(text, span=span, opinions=[]).outcome == outcome


def test_names_are_found_whole_and_once():
    assert find_names("KFC和kfc，不是kfcs", ["KFC"]) == [(0, 3), (4, 7)]
    assert find_names("蜜雪冰城和蜜雪", ["蜜雪", "蜜雪冰城"]) == [(0, 4), (5, 7)]
    assert is_unnamed("隔壁那家")
    assert not is_unnamed("喜茶")


def test_a_part_of_the_name_is_no_aspect_where_another_stands_in_the_clause():
    text = "服务比喜茶差"
    tea = Said(aspect="taste", aspect_name="味道", polarity="negative", term="茶", word="差", start=4, end=6)
    staff = Said(
        aspect="staff", aspect_name="服务", polarity="negative", term="服务", word="差", start=0, end=6
    )
    assert dict(compare(text, span=(3, 5), opinions=[tea, staff]).aspects) == {"staff": "服务"}


@pytest.fixture
def listed(db):
    one = save_competitor(None, name="喜茶", other_names=["HEYTEA"], has_voices=False, by=SYSTEM)
    two = save_competitor(None, name="奈雪", other_names=[], has_voices=True, by=SYSTEM)
    return one, two


def read(lake, noon, *, scope=EVERYTHING):
    filter = VoiceFilter(since=noon - timedelta(days=30), until=noon + timedelta(days=1))
    steps = choose_steps(since=filter.since, until=filter.until, now=noon)
    with lake.connect() as connection:
        return read_named(connection, scope=scope, filter=filter, competitors=list_competitors(), steps=steps)


def span_of(text, word):
    return {**NAMED, "start": text.index(word), "end": text.index(word) + len(word)}


def test_voices_are_counted_once_a_competitor_with_share_outcome_and_aspect(small_lake, listed, noon):
    dear = "比喜茶贵，真的比喜茶贵"
    small_lake.say(text=dear, opinions=[("price", "negative", "", "贵")])
    small_lake.say(text="heytea更好喝")
    small_lake.say(text="去过奈雪")
    small_lake.say(text="菜很好吃")
    small_lake.say(text="比古茗便宜", signals=[span_of("比古茗便宜", "古茗")])
    small_lake.say(text="隔壁那家好", signals=[span_of("隔壁那家好", "隔壁那家")])
    small_lake.say(text="喜茶好", is_spam=True)
    for opinion in small_lake.opinions:
        opinion |= {"start": 0, "end": 4}
    found = read(small_lake, noon)
    lines = {line.competitor.name: line for line in found.lines}
    assert (lines["喜茶"].n, lines["奈雪"].n, found.n_voices, found.n_unlisted) == (2, 1, 3, 2)
    assert lines["喜茶"].share.value == pytest.approx(2 / 3)
    assert (lines["喜茶"].score.n_worse, lines["喜茶"].score.better.n) == (2, 2)
    assert sum(lines["喜茶"].steps) == 2
    assert [(one.aspect, one.score.n_worse) for one in found.aspects] == [("price", 1)]
    assert found.candidates == [("古茗", 1)]


def test_an_asker_reads_the_own_scope_only(small_lake, listed, noon):
    unit = create_unit("mine", name="我店", kind="store")
    small_lake.say(text="没有喜茶好喝", unit_id=unit.pk)
    small_lake.say(text="没有喜茶好喝", unit_id=None)
    assert read(small_lake, noon).n_voices == 2
    assert read(small_lake, noon, scope=Scope(unit_ids=frozenset({unit.pk}))).n_voices == 1


def test_imported_voices_stand_beside_ours_and_say_what_really_differs(small_lake, listed):
    forget_competitor_units()
    theirs = listed[1].unit
    for turn in range(60):
        is_good = turn % 6 > 0
        small_lake.say(opinions=[("taste", "positive" if is_good else "negative", "", "好")])
        small_lake.say(
            unit_id=theirs.pk, opinions=[("taste", "negative" if is_good else "positive", "", "差")]
        )
        small_lake.say(unit_id=theirs.pk, opinions=[("price", "negative", "", "贵")])
    with small_lake.connect() as connection:
        (line,) = list_against(connection, scope=EVERYTHING, filter=VoiceFilter(), tree=AspectTree())
        hidden = list_against(
            connection, scope=Scope(unit_ids=frozenset({1})), filter=VoiceFilter(), tree=AspectTree()
        )
    assert (line.aspect, line.difference.verdict) == ("taste", "rise")
    assert (line.ours.n, line.theirs.n) == (60, 60)
    assert line.ours.value == pytest.approx(-line.theirs.value)
    assert hidden == []


def test_the_list_is_audited_and_names_stay_unique(listed):
    with pytest.raises(Conflict):
        save_competitor(None, name="喜茶", other_names=[], has_voices=False, by=SYSTEM)
    for wrong in ("", "茶", "x" * 61):
        with pytest.raises(InvalidInput):
            save_competitor(None, name=wrong, other_names=[], has_voices=False, by=SYSTEM)
    remove_competitor(listed[0].pk, by=SYSTEM)
    save_competitor(None, name="喜茶", other_names=[], has_voices=False, by=SYSTEM)
    assert listed[1].unit.kind == "competitor"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"competitor.created", "competitor.deleted"} <= actions


def test_the_page_leads_to_rows_adds_and_takes_back(company):
    owner = company.visit("owner")
    company.say("奶茶没有喜茶好喝，上菜也慢")
    company.say("比古茗便宜，味道也好")
    assert "No competitors on the list" in owner.get("/competitors/").content.decode()
    assert owner.post("/competitors/new/", {"name": ""}).status_code == 422
    assert owner.post("/competitors/new/", {"name": "喜茶", "other_names": "HEYTEA"}).status_code == 302
    assert owner.post("/competitors/new/", {"name": "喜茶"}).status_code == 409
    page = owner.get("/competitors/").content.decode()
    address = re.search(r'href="(/voices/\?[^"]*q=[^"]*)"', page).group(1).replace("&amp;", "&")
    rows = owner.get(address).content.decode()
    assert "奶茶没有" in rows
    assert "古茗便宜" not in rows
    assert "they are better" in page
    pk = Competitor.objects.get().pk
    exported = b"".join(owner.get("/competitors/export/", {"format": "csv"}).streaming_content)
    assert "喜茶" in exported.decode("utf-8-sig")
    assert owner.post(f"/competitors/{pk}/remove/").status_code == 302
    assert Competitor.objects.get().deleted_at is not None
    assert owner.post(f"/competitors/{pk}/remove/?again=1").status_code == 302
    assert Competitor.objects.get().deleted_at is None
    manager = company.visit("manager", unit="n1")
    assert manager.get("/competitors/").status_code == 200
    assert manager.post("/competitors/new/", {"name": "奈雪"}).status_code in (403, 404)
