"""QSC: mapping of aspects, scores drawn to the mean, ranks that are not pretended, inspections beside."""

import re

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.insight.aspect_tree import make_aspect_tree
from zhiyin.insight.models import QscSettings
from zhiyin.insight.qsc.board import correlate, get_qsc_board
from zhiyin.insight.qsc.dimensions import assign, members
from zhiyin.insight.qsc.scores import rank, score, total
from zhiyin.insight.qsc.settings import Made, change_settings, read_settings, undo_change
from zhiyin.insight.queries.unit_tree import list_rows, read_unit_tree
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.records.tables import INSPECTIONS
from zhiyin.measure.estimate import Estimates
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.units import create_unit
from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy

MEMBERS = {"quality": ["taste"], "service": ["speed"], "cleanliness": ["clean"]}
TASTY = ("taste", "positive", "菜", "好吃")
AWFUL = ("taste", "negative", "菜", "难吃")
SLOW = ("speed", "negative", "上菜", "慢")
FAST = ("speed", "positive", "上菜", "快")
DIRTY = ("clean", "negative", "桌子", "脏")


def tree_of(name):
    return make_aspect_tree(load_taxonomy(name).aspects, language="en")


def board_of(lake, *, rows="store", scope=EVERYTHING, made=None, inspections=None, filter=None):
    tree = read_unit_tree(scope=scope)
    with lake.connect() as connection:
        if inspections is not None:
            connection.register("inspections", pa.Table.from_pylist(inspections, schema=INSPECTIONS.schema))
        return get_qsc_board(
            connection,
            scope=scope,
            filter=filter or VoiceFilter(),
            tree=tree,
            rows=list_rows(tree, kind=rows),
            members=MEMBERS,
            made=made or Made(),
        )


def lines_of(board):
    return {line.node.code: line for line in (board.line(place) for place in range(len(board.rows)))}


@pytest.fixture
def stores(db):
    north = create_unit("north", name="北区", kind="region")
    return [create_unit(f"s{n}", name=f"{n} 号店", kind="store", parent=north) for n in range(1, 5)]


def say(lake, store, *opinions, times=1):
    for _ in range(times):
        lake.say(unit_id=store.pk, opinions=list(opinions))


def inspect(store, share, *, dimension="quality", items=10, noon):
    return [
        {
            "record_id": f"{store.pk}-{dimension}-{item}",
            "is_current": True,
            "unit_id": store.pk,
            "occurred_at": noon,
            "day": noon.date(),
            "dimension": dimension,
            "item": str(item),
            "score": 10 * share + (1 if item % 2 else -1) * 0.1,
            "max_score": 10.0,
        }
        for item in range(items)
    ]


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_built_in_taxonomy_has_aspects_for_quality_and_names_none_that_is_not_there(name):
    from zhiyin.insight.qsc.dimensions import _shipped

    tree = tree_of(name)
    assert set(_shipped()[name]) <= set(tree.nodes)
    found = members(assign(tree, taxonomy=name, changed={}))
    assert found["quality"]
    counted = [aspect for ids in found.values() for aspect in ids]
    assert len(counted) == len(set(counted))


def test_a_change_of_an_aspect_holds_for_those_below_it_until_they_say_otherwise():
    tree = tree_of("restaurant")
    plain = members(assign(tree, taxonomy="restaurant", changed={}))
    assert "environment_cleaness" in plain["cleanliness"]
    assert "service_parking_convenience" not in plain["service"]
    changed = {"dish": "service", "dish_taste": "quality"}
    found = members(assign(tree, taxonomy="restaurant", changed=changed))
    assert {"dish", "dish_look"} <= set(found["service"])
    assert found["quality"] == ("dish_taste",)


def test_a_taxonomy_of_ones_own_goes_by_its_groups():
    tree = tree_of("restaurant")
    found = members(assign(tree, taxonomy="ours", changed={}))
    assert "dish_taste" in found["quality"]
    assert "service_serving_speed" in found["service"]


def test_few_voices_are_drawn_to_the_mean_and_have_the_wider_interval():
    n = np.array([200.0, 200.0, 200.0, 2.0])
    good = np.array([180.0, 120.0, 60.0, 2.0])
    found = score(good, n - good, n, n_voices=n)
    assert found.raw.tolist() == [90, 60, 30, 100]
    assert found.score[0] > found.score[3] > found.score[1]
    assert found.variance[3] > 5 * found.variance[0]
    estimates = found.estimates()
    assert np.all(estimates.low <= estimates.value)
    assert np.all(estimates.high <= 100)


def test_a_unit_that_nobody_speaks_of_has_no_score_but_does_not_drag_down_its_total():
    n = np.array([100.0, 100.0, 0.0])
    quality = score(np.array([90.0, 70.0, 0.0]), np.array([10.0, 30.0, 0.0]), n, n_voices=n)
    service = score(np.array([50.0, 50.0, 5.0]), np.array([50.0, 50.0, 5.0]), n + 10, n_voices=n + 10)
    assert np.isnan(quality.estimates().value[2])
    whole = total([quality, service], weights=(1, 1))
    assert whole.score[1] < whole.score[0]
    assert whole.score[2] == pytest.approx((quality.score[2] + service.score[2]) / 2)
    only = total([quality, service], weights=(0, 1))
    assert only.score.tolist() == service.score.tolist()


def test_ranks_overlap_where_intervals_do():
    value = np.array([70.0, 90.0, 88.0, np.nan])
    found = rank(Estimates(value=value, low=value - 5, high=value + 5, n=np.array([50.0, 50, 50, 0])))
    assert found.place.tolist() == [3, 1, 2, 0]
    assert list(zip(found.first, found.last, strict=True)) == [(3, 3), (1, 2), (1, 2), (0, 0)]


def test_scores_count_mentions_by_dimension_and_regions_sum_up_their_stores(small_lake, stores):
    say(small_lake, stores[0], TASTY, FAST, times=40)
    say(small_lake, stores[1], AWFUL, SLOW, times=40)
    say(small_lake, stores[2], TASTY, SLOW, times=40)
    lines = lines_of(board_of(small_lake))
    assert lines["s1"].voice["quality"].value > 90
    assert lines["s2"].voice["service"].value < 10
    assert lines["s1"].voice["cleanliness"].value is None
    assert (lines["s1"].total.n, lines["s1"].place, lines["s2"].place) == (80, 1, 3)
    assert lines["s4"].place == 0
    region = lines_of(board_of(small_lake, rows="region"))["north"]
    assert region.voice["quality"].value == pytest.approx(50 * (1 + 40 / 120))


def test_weights_of_nought_leave_a_dimension_out(small_lake, stores):
    say(small_lake, stores[0], TASTY, SLOW, times=40)
    say(small_lake, stores[1], AWFUL, FAST, times=40)
    by_quality = lines_of(board_of(small_lake, made=Made(quality=1, service=0, cleanliness=0)))
    by_service = lines_of(board_of(small_lake, made=Made(quality=0, service=1, cleanliness=0)))
    assert by_quality["s1"].total.value > by_quality["s2"].total.value
    assert by_service["s1"].total.value < by_service["s2"].total.value


def test_an_asker_is_scored_within_the_own_scope_only(small_lake, stores):
    say(small_lake, stores[0], TASTY, times=5)
    say(small_lake, stores[1], AWFUL, times=5)
    lines = lines_of(board_of(small_lake, scope=Scope(unit_ids=frozenset({stores[0].pk}))))
    assert list(lines) == ["s1"]
    assert lines["s1"].voice["quality"].value == 100


def test_an_inspection_that_sees_a_dirty_store_kindly_is_told_apart(small_lake, stores, noon):
    inspected = []
    for store, is_good in zip(stores, (True, True, True, False), strict=True):
        say(small_lake, store, TASTY if is_good else AWFUL, times=60)
        inspected += inspect(store, 0.9, noon=noon)
    board = board_of(small_lake, inspections=inspected)
    lines = lines_of(board)
    assert lines["s1"].inspection["quality"].value == pytest.approx(90)
    assert lines["s1"].inspection_total.n == 10
    assert lines["s4"].gap.verdict == "rise"
    assert {lines[code].gap.verdict for code in ("s1", "s2", "s3")} <= {"fall", "no_real_change"}
    assert board.correlation is None
    mixed = lines_of(board_of(small_lake, inspections=inspected, made=Made(inspection_percent=100)))
    assert mixed["s4"].total.value == pytest.approx(90)
    # The same points everywhere: none may be called first.
    assert (mixed["s4"].first, mixed["s4"].last) == (1, 4)


def test_inspections_of_another_time_or_unit_are_not_counted(small_lake, stores, noon):
    from datetime import timedelta

    say(small_lake, stores[0], TASTY, times=3)
    old = inspect(stores[0], 0.5, noon=noon - timedelta(days=90))
    fresh = inspect(stores[1], 0.8, noon=noon - timedelta(days=1))
    wanted = VoiceFilter(since=noon - timedelta(days=7), until=noon)
    lines = lines_of(board_of(small_lake, inspections=old + fresh, filter=wanted))
    assert lines["s1"].inspection_total.value is None
    own = Scope(unit_ids=frozenset({stores[0].pk}))
    board = board_of(small_lake, inspections=old + fresh, scope=own)
    assert lines_of(board)["s1"].inspection_total.value == pytest.approx(50)


def test_customers_and_inspections_are_correlated_from_ten_units_on():
    values = np.arange(12.0)
    assert correlate(values[:9], values[:9]) is None
    found = correlate(values, values**2)
    assert (found.value, found.n) == (pytest.approx(1), 12)
    assert correlate(values, np.ones(12)) is None


def test_settings_are_kept_audited_and_taken_back(db):
    first = change_settings(Made(quality=4, service=3, cleanliness=3), by=SYSTEM)
    second = change_settings(Made(quality=4, service=3, cleanliness=3, aspects={"dish": "none"}), by=SYSTEM)
    assert change_settings(read_settings(), by=SYSTEM) is None
    assert not undo_change(first, by=SYSTEM)
    assert undo_change(second, by=SYSTEM)
    assert read_settings() == Made(quality=4, service=3, cleanliness=3)
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["qsc.changed", "qsc.changed", "qsc.restored"]
    for wrong in (Made(quality=0, service=0, cleanliness=0), Made(quality=101), Made(inspection_percent=101)):
        with pytest.raises(InvalidInput):
            change_settings(wrong, by=SYSTEM)


def test_the_page_shows_scores_with_ways_to_rows_and_exports_them(company):
    for _ in range(3):
        company.say("菜很好吃，服务员态度很好")
        company.say("菜太难吃了，服务员态度差", store="s1")
    owner = company.visit("owner")
    page = owner.get("/qsc/", {"kind": "store"}).content.decode()
    assert "北京一店" in page
    assert "No inspections yet" in page
    address = re.search(r'href="(/voices/\?[^"]*aspect=dish[^"]*)"', page).group(1).replace("&amp;", "&")
    assert "unit=" in address
    rows = owner.get(address).content.decode()
    assert "好吃" in rows or "难吃" in rows
    exported = owner.get("/qsc/export/", {"kind": "store", "format": "csv"})
    lines = b"".join(exported.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Code,Unit,Kind,Rank")
    assert len(lines) == 3
    assert AuditEvent.objects.filter(action="qsc.exported").exists()


def test_a_store_manager_sees_the_own_store_only(company):
    company.say("菜很好吃")
    company.say("菜太难吃了", store="s1")
    page = company.visit("manager", unit="n1").get("/qsc/").content.decode()
    assert "北京一店" in page
    assert "广州一店" not in page


def test_the_form_changes_weights_and_undo_takes_them_back(company):
    owner = company.visit("owner")
    form = {"quality": "4", "service": "3", "cleanliness": "3", "inspection_percent": "20"}
    assert owner.post("/qsc/settings/", form | {"aspect.dish": "service"}).status_code == 302
    made = read_settings()
    assert (made.weights, made.inspection_percent, made.aspects["dish"]) == ((4, 3, 3), 20, "service")
    assert owner.post("/qsc/settings/", form | {"quality": "x"}).status_code == 422
    assert owner.post(f"/qsc/settings/{QscSettings.objects.latest('pk').pk}/undo/").status_code == 302
    assert read_settings() == Made()
    assert company.visit("frontline", unit="n1").get("/qsc/settings/").status_code in (403, 404)


def test_choosing_for_a_parent_does_not_pin_every_aspect_below_it(company):
    owner = company.visit("owner")
    tree = tree_of("restaurant")
    assigned = {one.node.id: one.dimension for one in assign(tree, taxonomy="restaurant", changed={})}
    form = {"quality": "1", "service": "1", "cleanliness": "1", "inspection_percent": "0"}
    owner.post("/qsc/settings/", form | {f"aspect.{aspect}": d for aspect, d in assigned.items()})
    assert read_settings().aspects == {}
