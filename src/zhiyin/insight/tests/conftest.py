from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest
from django.test import Client

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.competitors.units import forget_competitor_units
from zhiyin.listen.facts import FEEDBACK, LEFT_OUT, OPINIONS, REPLIES
from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.queries import get_feedback
from zhiyin.listen.services.intake import Intake
from zhiyin.people.caches import forget_everything
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.queries.units import find_unit_by_code
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit
from zhiyin.understand.analyser import Analyser

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


def pytest_collection_modifyitems(items):
    """Every question about facts asks which units are competitors': all tests here may ask the database."""
    for item in items:
        if "zhiyin/insight" in item.path.as_posix() and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(autouse=True)
def no_competitors_of_another_test():
    forget_competitor_units()


def _table(rows, spec):
    return pa.Table.from_pylist([{**dict.fromkeys(spec.schema.names), **row} for row in rows], spec.schema)


class SmallLake:
    """Hand-made facts: `say` adds a voice with its opinions, `connect` gives the views."""

    def __init__(self):
        self.feedback, self.opinions, self.replies = [], [], None

    def say(self, *, opinions=(), reply_after_hours=None, days_ago=0, at=None, **columns):
        number = len(self.feedback)
        moment = at or NOON - timedelta(days=days_ago)
        row = {
            "feedback_id": f"voice-{number:05d}",
            "revision": 1,
            "is_current": True,
            "channel": "review_site",
            "occurred_at": moment,
            "day": moment.date(),
            "sentiment": "neutral",
            "urgency": 0,
            "is_duplicate": False,
            "is_spam": False,
            "is_solicited": False,
            "is_off_subject": False,
            "emotions": [],
            "intents": [],
            "needs": [],
            "signals": [],
            **columns,
        }
        self.feedback.append(row)
        common = {
            name: row.get(name)
            for name in ("feedback_id", "is_current", "channel", "unit_id", "occurred_at", "stars", "day")
        }
        is_excluded = any(row[name] for name in LEFT_OUT)
        for aspect, polarity, term, opinion in opinions:
            self.opinions.append(
                common
                | {
                    "aspect": aspect,
                    "aspect_name": f"名{aspect}",
                    "polarity": polarity,
                    "term": term,
                    "opinion": opinion,
                    "is_excluded": is_excluded,
                }
            )
        if reply_after_hours is not None:
            replied = moment + timedelta(hours=reply_after_hours)
            self.replies = [*(self.replies or []), {**common, "replied_at": replied}]
        return row["feedback_id"]

    def connect(self):
        connection = duckdb.connect(":memory:")
        connection.register("feedback", _table(self.feedback, FEEDBACK))
        connection.register("opinions", _table(self.opinions, OPINIONS))
        if self.replies is not None:
            connection.register("replies", _table(self.replies, REPLIES))
        return connection


@pytest.fixture
def small_lake():
    return SmallLake()


@pytest.fixture
def noon():
    return NOON


class Company:
    """A home of its own with two stores, people of every role, and the real way of voices into the lake."""

    def __init__(self, engine, analyser):
        self.engine = engine
        self.pipeline = Pipeline(engine, Analysis(lambda: analyser.analyse_batch))
        self.intake = Intake(engine.log, engine.vault)
        self.north = create_unit("n1", name="北京一店", kind="store")
        self.south = create_unit("s1", name="广州一店", kind="store")
        self.n_taken = 0

    def hear(self, *items, source="shop"):
        """Takes items in; ids of the voices."""
        receipts = self.intake.receive(items, source=source, connector="test", connector_version="1")
        self.pipeline.drain()
        return [receipt.id for receipt in receipts]

    def say(self, text="菜好吃但是上菜慢", *, store="n1", **fields):
        """One voice of a store, said a minute later than the one before; its id."""
        self.n_taken += 1
        moment = datetime.now(UTC) - timedelta(hours=2) + timedelta(minutes=self.n_taken)
        given = {"external_id": f"v{self.n_taken}", "occurred_at": moment, **fields}
        item = FeedbackIn(text=text, unit=UnitIn(code=store) if store else None, **given)
        return self.hear(item)[0]

    def visit(self, role, *, unit=None, name=""):
        """A browser in which somebody with this role is signed in."""
        name = name or f"{role}-{unit or 'all'}"
        account = find_account(name)
        if account is None:
            account = create_account(name, password="correct horse battery staple")
            grant_role(account, role=Role(role), unit=find_unit_by_code(unit) if unit else None)
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    def detail(self, feedback_id):
        """The voice as the lake holds it."""
        return get_feedback(self.engine.lake, feedback_id=feedback_id, scope=EVERYTHING)


@pytest.fixture(scope="session")
def analyser():
    return Analyser(taxonomy="restaurant")


@pytest.fixture
def company(db, tmp_path, settings, analyser, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    settings.HOME = Home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget_everything()
    engine = open_engine(settings.HOME)
    yield Company(engine, analyser)
    close_engine()
    forget_everything()
