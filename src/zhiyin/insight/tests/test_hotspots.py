"""Hot spots of place and time: names found, windows tested, chance kept out; and on real complaints."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput
from zhiyin.insight.hotspots.finding import find_hotspots
from zhiyin.insight.hotspots.places import find_places
from zhiyin.insight.hotspots.reading import read_file_texts, read_lake_texts
from zhiyin.insight.hotspots.scan import scan
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING

COMPLAINTS = Path(__file__).parents[5] / "shared" / "data" / "complaints"
FIRST = date(2025, 1, 1)


def test_names_are_cut_where_texts_show_that_they_begin():
    texts = [
        "我住在金枫苑，楼下太吵",
        "金枫苑门口又在施工",
        "请问金枫苑什么时候通气",
        "丰云路口堵车",
        "每天走丰云路上班",
        "关于丰云路的路灯",
        "小区里没有路灯，马路很黑",
        "这条路",
        "网络很慢，思路不清",
    ]
    found = find_places(texts)
    assert found == {"金枫苑": [0, 1, 2], "丰云路": [3, 4, 5]}


def test_a_name_that_is_always_written_with_its_district_keeps_it():
    texts = [f"{word}东岭区柳溪村{word}" for word in ("在", "从", "是", "对")]
    assert list(find_places(texts)) == ["东岭区柳溪村"]


def test_texts_without_places_give_none():
    assert find_places([]) == {}
    assert find_places(["上菜慢", "", "服务不好"]) == {}


def spread(n, *, days, seed):
    return np.random.default_rng(seed).integers(0, days, n).tolist()


def test_a_planted_burst_is_found_with_its_days_and_nothing_else():
    days = spread(600, days=700, seed=3)
    places = {f"p{n}": list(range(n * 20, n * 20 + 20)) for n in range(25)}
    for number in (0, 1, 2, 3, 4, 5):
        days[number] = 400 + number
    found = scan(places, days, n_replicas=199)
    assert [one.place for one in found] == ["p0"]
    # Another text of the place that chance put next to them may be within.
    assert 400 - 3 <= found[0].first_day <= 400
    assert 405 <= found[0].last_day <= 405 + 3
    assert found[0].times > 5
    assert {0, 1, 2, 3, 4, 5} <= set(found[0].texts)


def test_where_times_are_chance_at_most_one_run_in_twenty_finds_anything():
    places = {f"p{n}": list(range(n * 15, n * 15 + 15)) for n in range(12)}
    n_false = sum(bool(scan(places, spread(200, days=300, seed=run), n_replicas=59)) for run in range(40))
    assert n_false <= 6  # P(more of 40 at 5 %) < 0.4 %


def test_a_place_that_is_always_named_much_is_no_hot_spot_and_a_wave_of_all_is_none_either():
    days = [*range(0, 400, 2), *([200] * 200)]
    places = {"much": list(range(0, 400, 2))}
    assert scan(places, days, n_replicas=99) == []
    with pytest.raises(InvalidInput):
        scan({"x": [0, 1, 2, 9999]}, days)


def test_copies_count_once_and_places_of_the_same_texts_are_one_event():
    texts = [f"第{n}件事，丰云路很吵" for n in range(60)]
    days = [FIRST + timedelta(days=6 * n) for n in range(60)]
    texts += [f"枫林镇石桥村第{n}天停水" for n in range(8)] + ["枫林镇石桥村第0天停水"] * 20
    days += [FIRST + timedelta(days=100 + n) for n in range(8)] + [FIRST + timedelta(days=100)] * 20
    texts += ["丰云路", ""]
    days += [None, FIRST]
    found = find_hotspots(texts, days, n_replicas=99)
    (event,) = found.events
    assert (event.n, event.first_day) == (8, FIRST + timedelta(days=100))
    assert "石桥村" in event.place
    assert (found.n_repeated, found.n_undated) == (20, 2)
    assert all("石桥村" in texts[number] for number in event.texts)


def test_the_lake_is_read_in_the_scope_of_the_asker_on_local_days(small_lake, noon):
    small_lake.say(text="丰云路很吵", at=noon.replace(hour=20))
    small_lake.say(text="垃圾广告", is_spam=True)
    with small_lake.connect() as connection:
        texts, days = read_lake_texts(
            connection, scope=EVERYTHING, filter=VoiceFilter(), zone=ZoneInfo("Asia/Shanghai")
        )
    assert texts == ["丰云路很吵"]
    assert days == [noon.date() + timedelta(days=1)]


def complaints(name):
    path = COMPLAINTS / name
    if not path.exists():
        pytest.skip("The public complaints (shared/data/complaints) are not here.")
    return path


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "n_texts", "least_spots"), [("hotline_12345.csv", 1309, 10), ("government_replies.csv", 2255, 1)]
)
def test_real_complaints_have_hot_spots_and_shuffled_days_have_none(name, n_texts, least_spots):
    texts, days = read_file_texts(complaints(name), zone=ZoneInfo("Asia/Shanghai"))
    assert len(texts) == n_texts
    assert all(days)
    found = find_hotspots(texts, days, n_replicas=199)
    assert len(found.events) >= least_spots
    assert found.n_places > 100
    assert all(event.times > 1 and event.p_value <= 0.05 for event in found.events)
    chance = [
        len(find_hotspots(texts, np.random.default_rng(run).permutation(days).tolist(), n_replicas=99).events)
        for run in range(4)
    ]
    assert sum(n > 0 for n in chance) <= 1


@pytest.mark.data
@pytest.mark.slow
def test_real_complaints_come_in_by_the_command_with_every_answer_and_its_time(tmp_path, lay_home):
    paths = [complaints("government_replies.csv"), complaints("hotline_12345.csv")]
    around = {
        **os.environ,
        "ZHIYIN_HOME": str(lay_home(tmp_path / "home")),
        "ZHIYIN_TAXONOMY": "public_services",
    }
    for path in paths:
        command = [sys.executable, "-m", "zhiyin", "import", str(path), "--yes", "--source", path.stem]
        subprocess.run(command, env=around, check=True, capture_output=True, timeout=300)
    from zhiyin.engine import close_engine, open_engine

    lake = open_engine(Home(tmp_path / "home")).lake
    with lake.connect("feedback", "replies", "opinions") as connection:
        rows = connection.execute(
            "SELECT f.source, count(*), count(r.replied_at),"
            " count(CASE WHEN replied_at < f.occurred_at THEN 1 END)"
            " FROM replies r JOIN feedback f USING (feedback_id) WHERE f.is_current GROUP BY 1 ORDER BY 1"
        ).fetchall()
        subjects = connection.execute(
            "SELECT count(DISTINCT aspect), count(DISTINCT feedback_id) FROM opinions WHERE is_current"
        ).fetchone()
    close_engine()
    assert rows == [("government_replies", 2255, 2255, 0), ("hotline_12345", 1309, 0, 0)]
    assert subjects[0] >= 10
    assert subjects[1] > 3000
