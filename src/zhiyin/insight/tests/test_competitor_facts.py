"""What competitors' customers say never counts among what ours say, whatever is asked."""

from dataclasses import replace

import pytest

from zhiyin.insight.competitors.units import forget_competitor_units
from zhiyin.insight.queries.aspects import get_mentions
from zhiyin.insight.queries.overview import get_overview
from zhiyin.insight.queries.unit_tree import read_unit_tree
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope
from zhiyin.people.services.units import create_unit

SLOW = ("speed", "negative", "上菜", "慢")


@pytest.fixture
def ours(db):
    return create_unit("ours", name="我们店", kind="store")


@pytest.fixture
def theirs(db, ours):
    top = create_unit("rival", name="对家", kind="competitor")
    shop = create_unit("rival-1", name="对家一店", kind="store", parent=top)
    forget_competitor_units()
    return top, shop


@pytest.fixture
def heard(small_lake, ours, theirs):
    small_lake.say(unit_id=ours.pk, stars=5)
    small_lake.say(unit_id=None, stars=5)
    for unit in theirs:
        small_lake.say(unit_id=unit.pk, stars=1, opinions=[SLOW])
    return small_lake


def count(lake, *, scope=EVERYTHING, filter=None):
    with lake.connect() as connection:
        chosen = select(scope, filter=filter or VoiceFilter())
        sql = f"SELECT count(*) FROM feedback WHERE {chosen.kept_voices}"
        names = {key: value for key, value in chosen.parameters.items() if f"${key}" in sql}
        return connection.execute(sql, names).fetchone()[0]


def test_whoever_asks_for_everything_gets_ours_only(heard):
    assert count(heard) == 2
    with heard.connect() as connection:
        assert get_overview(connection, scope=EVERYTHING).voices.n == 2
        assert get_mentions(connection, scope=EVERYTHING).now == {}


def test_a_filter_that_mixes_theirs_with_ours_gives_ours(heard, ours, theirs):
    mixed = VoiceFilter(unit_ids=frozenset({ours.pk, theirs[0].pk, theirs[1].pk}))
    assert count(heard, filter=mixed) == 1
    assert count(heard, scope=Scope(unit_ids=mixed.unit_ids)) == 1


def test_asked_for_alone_theirs_are_there_for_who_may_see_them(heard, ours, theirs):
    alone = VoiceFilter(unit_ids=frozenset(unit.pk for unit in theirs))
    assert count(heard, filter=alone) == 2
    assert count(heard, filter=replace(alone, unit_ids=frozenset({theirs[1].pk}))) == 1
    assert count(heard, scope=Scope(unit_ids=frozenset({ours.pk})), filter=alone) == 0
    assert count(heard, scope=NOTHING, filter=alone) == 0


def test_competitors_are_no_rows_of_our_scoreboards(heard, theirs):
    assert [node.code for node in read_unit_tree(scope=EVERYTHING).nodes if node.kind != "company"] == [
        "ours"
    ]
    below = read_unit_tree(scope=EVERYTHING, top=theirs[0])
    assert [node.code for node in below.nodes] == ["rival", "rival-1"]


def test_a_unit_that_is_marked_later_leaves_our_figures_at_once(small_lake, ours):
    unit = create_unit("later", name="后来", kind="store")
    small_lake.say(unit_id=unit.pk)
    assert count(small_lake) == 1
    unit.kind = "competitor"
    unit.save()
    forget_competitor_units()
    assert count(small_lake) == 0


def test_no_page_of_ours_counts_a_competitors_voice(company):
    create_unit("rival", name="对家奶茶", kind="competitor")
    forget_competitor_units()
    company.say("菜很好吃")
    for turn in range(3):
        company.say(f"第{turn}次来，菜太难吃了，吃完拉肚子要投诉", store="rival")
    owner = company.visit("owner")
    for address in ("/", "/?show=all", "/units/", "/aspects/", "/qsc/", "/why/", "/voices/"):
        page = owner.get(address).content.decode()
        assert "拉肚子" not in page, address
        assert "难吃" not in page, address
    assert "拉肚子" in owner.get("/voices/", {"unit": "rival"}).content.decode()
