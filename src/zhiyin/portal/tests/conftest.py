"""A small company with a manager, a link, and ways to speak, answer and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root, rename_unit
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.services.speak_links import create_link
from zhiyin.respond.models import Case
from zhiyin.understand.analyser import Analyser

PASSWORD = "correct horse battery staple"
PHONE = "13812345678"
TEXT = "牛肉面很香，但是等了四十分钟。我的手机号是13812345678，请回复。"


@dataclass(frozen=True, kw_only=True)
class Company:
    """Root with one region and two stores; a manager of the first with a name, an owner without."""

    root: OrgUnit
    store: OrgUnit
    other: OrgUnit
    manager: Account
    owner: Account


@pytest.fixture
def home(tmp_path, settings) -> Iterator[Engine]:
    """A home of this test's own."""
    settings.HOME = Home(tmp_path / "home")
    engine = open_engine(settings.HOME)
    yield engine
    engine.close()


@pytest.fixture
def company(db: None, home: Engine) -> Company:
    root = ensure_root()
    rename_unit(root, name="听穗茶")
    root.refresh_from_db()
    store = create_unit("s1", name="南京路店", kind="store", time_zone="Asia/Shanghai")
    other = create_unit("s2", name="人民广场店", kind="store")
    owner = create_account("boss-signin", password=PASSWORD)
    grant_role(owner, role=Role.OWNER, unit=None)
    manager = create_account("chen-signin", password=PASSWORD)
    manager.display_name = "陈晓"
    manager.save()
    grant_role(manager, role=Role.MANAGER, unit=store)
    return Company(root=root, store=store, other=other, manager=manager, owner=owner)


@pytest.fixture
def link(company: Company) -> SpeakLink:
    return create_link(company.store.pk, scope=EVERYTHING)


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def fill(link: SpeakLink) -> Callable[..., dict[str, str]]:
    """What a browser sends for a form of its own, with changes."""

    def make(client: Client, *, path: str = f"/speak/{link.code}/", **changes: str) -> dict[str, str]:
        page = client.get(path).content.decode()
        found = re.search(r'name="form_id" value="([0-9a-f]{32})"', page)
        assert found
        return {"form_id": found[1], "text": TEXT, "phone": "", "name": "", "leave_empty": "", **changes}

    return make


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A case that a customer opened, and the token that the thanks page showed."""

    case: Case
    token: str
    page: str

    @property
    def path(self) -> str:
        return f"/track/{self.token}/"


@pytest.fixture
def ask(client: Client, link: SpeakLink, fill: Callable[..., dict[str, str]]) -> Callable[..., Asked]:
    """Speaks and wishes for an answer."""

    def speak(**changes: str) -> Asked:
        given = {"wants_answer": "on", "phone": PHONE, "name": "王女士"} | changes
        data = fill(client, **given)
        page = client.post(f"/speak/{link.code}/", data).content.decode()
        found = re.search(r"/track/([\w-]{22})/", page)
        assert found, page
        return Asked(case=Case.objects.latest("pk"), token=found[1], page=page)

    return speak


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def process(home: Engine, analyser: Analyser) -> Callable[[], int]:
    """Turns what was taken in into facts."""

    def run() -> int:
        return Pipeline(home, Analysis(lambda: analyser.analyse_batch)).drain()

    return run


@pytest.fixture
def lake_rows(home: Engine) -> Callable[[str], list[tuple[object, ...]]]:
    """Rows of the lake."""

    def run(sql: str) -> list[tuple[object, ...]]:
        with home.lake.connect() as connection:
            return connection.execute(sql).fetchall()

    return run
