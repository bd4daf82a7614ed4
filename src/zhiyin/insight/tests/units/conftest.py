"""A company of two regions and three stores, and staff who look at it."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import Client

from zhiyin.engine import open_engine
from zhiyin.listen.api import open_lake
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

SLOW = ("service_serving_speed", "negative", "上菜", "慢")
FAST = ("service_serving_speed", "positive", "上菜", "快")
RUDE = ("service_waiters_attitude", "negative", "店员", "凶")
TASTY = ("dish_taste", "positive", "菜", "好吃")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def company(home, small_lake):
    """Two regions, three stores; one store is bad, one has a single voice."""
    north, south = (
        create_unit(code, name=name, kind="region") for code, name in (("N", "华北"), ("S", "华南"))
    )
    stores = [
        create_unit(f"s{number}", name=f"{number} 号店", kind="store", parent=parent)
        for number, parent in ((1, north), (2, north), (3, south))
    ]
    for place in range(60):
        common = {"at": NOW - timedelta(days=2, minutes=place), "text": "等了很久"}
        small_lake.say(
            unit_id=stores[0].pk, stars=1 + place % 2, cause="service", opinions=[SLOW, RUDE], **common
        )
        small_lake.say(unit_id=stores[1].pk, stars=5, opinions=[FAST, TASTY], reply_after_hours=3, **common)
        small_lake.say(unit_id=stores[1].pk, stars=5, opinions=[FAST], at=NOW - timedelta(days=40), text="快")
    small_lake.say(unit_id=stores[2].pk, stars=4.6, at=NOW - timedelta(days=1), opinions=[SLOW], text="慢")
    small_lake.say(unit_id=None, stars=1, at=NOW - timedelta(days=1), opinions=[SLOW], text="慢")
    for voice in small_lake.feedback:
        voice |= {"source": "shop", "received_at": voice["occurred_at"], "n_turns": 1, "n_media": 0}
        voice |= {"urgency_reasons": [], "private": [], "model": "test", "taxonomy": "t"}
    for opinion in small_lake.opinions:
        opinion["start"], opinion["end"], opinion["confidence"] = 0, 1, 1.0
    lake = open_lake()
    for spec, rows in (
        (FEEDBACK, small_lake.feedback),
        (OPINIONS, small_lake.opinions),
        (REPLIES, small_lake.replies),
    ):
        whole = [{**dict.fromkeys(spec.schema.names), **row} for row in rows]
        lake.append(spec.name, pa.Table.from_pylist(whole, spec.schema))
    return {"N": north, "S": south, "stores": stores}


@pytest.fixture
def sign_in(db):
    def make(role, unit=None):
        account = create_account(
            f"{role.value}-{unit.code if unit else 'all'}", password="correct horse battery"
        )
        grant_role(account, role=role, unit=unit)
        client = Client(headers={"accept-language": "en"}, HTTP_HOST="localhost")
        client.force_login(account)
        client.account = account
        return client

    return make


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    from zhiyin.engine.home import Home
    from zhiyin.people.caches import forget_everything

    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    forget_everything()
    with closing(open_engine(settings.HOME)):
        yield
    forget_everything()
