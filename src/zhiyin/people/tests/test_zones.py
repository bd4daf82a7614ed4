"""Times are shown in the company's zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.people.caches import forget_everything
from zhiyin.people.services.units import change_unit
from zhiyin.people.time_zones import is_time_zone, list_zones, zone_name
from zhiyin.people.zones import company_zone


@pytest.fixture(autouse=True)
def _fresh():
    forget_everything()
    yield
    forget_everything()
    timezone.deactivate()


def test_the_root_says_the_zone_and_it_is_read_once(tree, django_assert_num_queries):
    change_unit(tree.company, time_zone="America/New_York")
    forget_everything()
    with django_assert_num_queries(1):
        assert company_zone() == company_zone() == ZoneInfo("America/New_York")


def test_before_there_is_a_company_the_installation_says_it(db, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    assert company_zone() == ZoneInfo("Asia/Tokyo")


def test_a_page_shows_times_in_it(client, make_account, tree):
    change_unit(tree.company, time_zone="America/New_York")
    forget_everything()
    client.force_login(make_account("wu"))
    client.get("/account/")
    assert timezone.get_current_timezone() == ZoneInfo("America/New_York")


def test_a_zone_has_a_name_in_both_languages_and_one_that_is_not_listed_keeps_its_code():
    assert zone_name("Asia/Shanghai", language="zh-hans") == "北京时间"
    assert zone_name("Asia/Shanghai", language="en") == "Beijing, Shanghai"
    assert zone_name("Antarctica/Troll", language="en") == "Antarctica/Troll"


def test_every_zone_that_is_offered_exists_once():
    codes = [zone.code for zone in list_zones()]
    assert len(codes) == len(set(codes)) > 80
    assert all(is_time_zone(code) for code in codes)
