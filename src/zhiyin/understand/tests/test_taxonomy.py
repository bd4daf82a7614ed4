"""Taxonomies: the built-in ones hold what is promised, and bad files are refused with their place."""

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.understand import Analyser
from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy

ASAP = [
    "location_traffic",
    "location_distance_from_business_district",
    "location_easy_to_find",
    "service_wait_time",
    "service_waiters_attitude",
    "service_parking_convenience",
    "service_serving_speed",
    "price_level",
    "price_cost_effective",
    "price_discount",
    "environment_decoration",
    "environment_noise",
    "environment_space",
    "environment_cleaness",
    "dish_portion",
    "dish_taste",
    "dish_look",
    "dish_recommendation",
]
CARS = [
    "power",
    "price",
    "handling",
    "fuel",
    "comfort",
    "configuration",
    "safety",
    "interior",
    "exterior",
    "space",
]


def leaves_of(taxonomy):
    parents = {aspect.parent for aspect in taxonomy.aspects}
    return [aspect.id for aspect in taxonomy.aspects if aspect.id not in parents]


def write(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_taxonomy_loads_and_is_bilingual(name):
    taxonomy = load_taxonomy(name)
    assert taxonomy.name == name
    assert len({aspect.id for aspect in taxonomy.aspects}) == len(taxonomy.aspects)
    assert all(aspect.zh and aspect.en.isascii() for aspect in taxonomy.aspects)


def test_the_leaves_of_restaurant_are_the_aspects_of_asap():
    assert sorted(leaves_of(load_taxonomy("restaurant"))) == sorted(ASAP)


def test_cars_has_the_ten_subjects_and_hotels_five_groups():
    assert sorted(leaves_of(load_taxonomy("cars"))) == sorted(CARS)
    top = [aspect.id for aspect in load_taxonomy("hotels_sights").aspects if aspect.level == 1]
    assert top == ["service", "location", "facilities", "hygiene", "value"]


def test_a_new_term_acts_at_once(tmp_path):
    path = write(
        tmp_path,
        "name: mine\nversion: 3\naspects:\n  - id: lamp\n    zh: 灯\n    en: Lamp\n    terms: [小夜灯]\n",
    )
    found = Analyser(taxonomy=path).analyse("小夜灯很好")
    assert [(one.aspect, one.polarity) for one in found.opinions] == [("lamp", "positive")]
    assert found.model.taxonomy == "mine@3"


def test_a_gap_pattern_and_an_exclusion_act(tmp_path):
    path = write(
        tmp_path,
        "name: mine\nversion: 1\naspects:\n  - id: call\n    zh: 电话\n    en: Call\n"
        "    terms: [电话]\n    patterns: [打…没通]\n    exclusions: [电话亭]\n",
    )
    analyser = Analyser(taxonomy=path)
    assert [one.term for one in analyser.analyse("打了三回都没通").opinions] == ["打了三回都没通"]
    assert analyser.analyse("打了，后来没通").opinions == []
    assert analyser.analyse("旁边有电话亭").opinions == []


def test_children_inherit_group_cause_and_need(tmp_path):
    path = write(
        tmp_path,
        "name: mine\nversion: 1\naspects:\n  - id: a\n    zh: 甲\n    en: A\n    group: service\n"
        "    cause: service\n    need: timely\n    children:\n      - {id: b, zh: 乙, en: B}\n",
    )
    child = load_taxonomy(path).aspects[1]
    assert (child.parent, child.level, child.group, child.cause, child.need) == (
        "a",
        2,
        "service",
        "service",
        "timely",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [", "is no valid YAML at line"),
        ("- a", "must be a mapping"),
        ("name: x\nversion: 1\naspects: []", "aspects must be a list of at least one"),
        ("version: 1\naspects: [{id: a, zh: 甲, en: A}]", "name must be a text"),
        ("name: x\nversion: 1\naspects: [{id: a, zh: 甲}]", r"aspects\[0\].en must be a text"),
        ("name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A, term: [b]}]", "term is an unknown key"),
        ("name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A, terms: b}]", "terms must be a list"),
        ("name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A, terms: [yes]}]", "True, which is no word"),
        (
            "name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A, group: fun}]",
            "group must be one of quality",
        ),
        (
            "name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A}, {id: a, zh: 乙, en: B}]",
            r"aspects\[1\].id repeats the id 'a'",
        ),
        (
            "name: x\nversion: 1\naspects: [{id: a, zh: 甲, en: A, terms: [灯]},"
            " {id: b, zh: 乙, en: B, terms: [灯]}]",
            "'灯', a term of 'a' too",
        ),
        ("name: x\nversion: 1\naspects: [7]", r"aspects\[0\] must be a mapping"),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_reason(tmp_path, content, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        load_taxonomy(write(tmp_path, content))
    assert "mine.yaml" in str(caught.value)


def test_six_levels_are_one_too_many(tmp_path):
    node = "{id: l6, zh: 六, en: six}"
    for level in range(5, 0, -1):
        node = f"{{id: l{level}, zh: 层, en: level, children: [{node}]}}"
    with pytest.raises(InvalidInput, match="deeper than 5 levels"):
        load_taxonomy(write(tmp_path, f"name: x\nversion: 1\naspects: [{node}]"))


def test_an_unknown_name_lists_the_built_in_ones():
    with pytest.raises(InvalidInput, match="general, restaurant"):
        load_taxonomy("no_such_thing")
