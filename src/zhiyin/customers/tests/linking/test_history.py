"""What was stored without being linked is linked afterwards, once, and on after a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.customers.linking.backfill import KIND, begin_if_needed, make_kind
from zhiyin.customers.linking.bare import UNKNOWN
from zhiyin.customers.linking.history import has_unlinked
from zhiyin.customers.linking.queries import customer_of_key, find_by_identifier, visible_customers
from zhiyin.customers.models import Identity, Link, Sighting
from zhiyin.customers.rights.erasing import carry_out, order_erasure
from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.listen.services.intake import Intake
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import Scope
from zhiyin.people.services.units import UnitReference, ensure_units
from zhiyin.understand.analyser import Analyser

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
PHONE = IdentityIn(type="phone", value="13811112222")
Run = Callable[[], BackgroundJob]


@pytest.fixture
def buy(engine: Engine) -> Callable[..., str]:
    """Stores a purchase; the key of its customer."""

    def run(order_id: str, *identities: IdentityIn, unit: UnitIn | None = None) -> str:
        purchase = PurchaseIn(
            external_id=order_id,
            ordered_at=AT,
            order_id=order_id,
            customer=AuthorIn(identities=list(identities)),
            unit=unit,
        )
        take_records([purchase], kind=get_kind("purchases"), source="till", engine=engine)
        with engine.lake.connect("purchases") as lake:
            (key,) = lake.execute(
                "SELECT customer_key FROM purchases ORDER BY received_at DESC LIMIT 1"
            ).fetchall()[0]
        return str(key)

    return run


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def say(engine: Engine, analyser: Analyser) -> Callable[..., None]:
    """Stores a voice."""
    pipeline = Pipeline(engine, Analysis(lambda: analyser.analyse_batch))

    def run(*identities: IdentityIn, order_id: str) -> None:
        item = FeedbackIn(
            external_id=order_id,
            text="上菜慢",
            author=AuthorIn(identities=list(identities)),
            order_id=order_id,
        )
        Intake(engine.log, engine.vault).receive(
            [item], source="dianping", connector="test", connector_version="1"
        )
        pipeline.drain()

    return run


@pytest.fixture
def link(engine: Engine) -> Run:
    """Runs the job that waits."""

    def run() -> BackgroundJob:
        begin_if_needed(engine)
        job = BackgroundJob.objects.get(kind=KIND)
        make_kind().run(job.pk, engine.home)
        job.refresh_from_db()
        return job

    return run


def _forget_everybody() -> None:
    """As a database is in which there was no linking yet."""
    Identity.objects.all().delete()


def _state() -> list[object]:
    return [
        *Identity.objects.order_by("key").values_list("key", "type", "customer", "last_seen_at"),
        *Sighting.objects.order_by("pk").values_list("left", "right", "n_records"),
        *Link.objects.order_by("pk").values_list("left", "right", "state"),
    ]


def test_earlier_voices_and_purchases_of_an_order_are_one_customers(
    engine: Engine, buy: Callable[..., str], say: Callable[..., None], link: Run
) -> None:
    key = buy("A-77", PHONE)
    say(IdentityIn(type="platform_user", value="u9"), order_id="A-77")
    _forget_everybody()
    assert has_unlinked(engine)

    job = link()

    assert (job.status, job.details) == ("done", {"voices": 1, "facts": 2})
    customer: UUID | None = find_by_identifier("platform_user", "u9", source="dianping")
    assert customer_of_key(key) == customer is not None
    assert not has_unlinked(engine)


def test_who_is_known_by_a_key_alone_gets_the_value_with_the_next_record(
    engine: Engine, buy: Callable[..., str], link: Run
) -> None:
    key = buy("A-77", PHONE)
    _forget_everybody()
    link()
    bare = Identity.objects.get(key=key)
    assert (bare.type, open_identity(bare, vault=engine.vault), bare.first_seen_at) == (UNKNOWN, "", AT)

    buy("A-78", PHONE, IdentityIn(type="member", value="M1"))

    told = Identity.objects.get(key=key)
    assert (told.type, open_identity(told, vault=engine.vault)) == ("phone", "+8613811112222")
    assert told.born == bare.born == told.customer == find_by_identifier("member", "M1")


def test_linked_again_nothing_changes_and_nothing_is_counted_twice(
    engine: Engine, buy: Callable[..., str], say: Callable[..., None], link: Run
) -> None:
    buy("A-77", PHONE, IdentityIn(type="member", value="M1"))
    say(PHONE, order_id="A-77")
    Identity.objects.filter(type="member").delete()
    link()
    before = _state()
    BackgroundJob.objects.all().delete()

    begin_if_needed(engine)
    assert not BackgroundJob.objects.exists()
    job = BackgroundJob.objects.create(kind=KIND)
    make_kind().run(job.pk, engine.home)

    assert _state() == before


def test_cut_off_in_the_middle_it_goes_on_where_it_stood(
    engine: Engine, buy: Callable[..., str], say: Callable[..., None], link: Run
) -> None:
    key = buy("A-77", PHONE)
    say(IdentityIn(type="platform_user", value="u9"), order_id="A-77")
    _forget_everybody()

    def die(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT INTO customers_identity ") and any(UNKNOWN in row for row in params):
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), pytest.raises(KeyboardInterrupt):
        link()
    halfway = BackgroundJob.objects.get(kind=KIND)
    assert halfway.status == "interrupted"
    assert halfway.details["done_until"][0] == "feedback"
    assert customer_of_key(key) is None

    job = link()

    assert (job.status, job.n_starts) == ("done", 2)
    assert customer_of_key(key) == find_by_identifier("platform_user", "u9", source="dianping")


def test_units_see_the_customers_of_their_earlier_records(
    engine: Engine, buy: Callable[..., str], link: Run
) -> None:
    unit_id, other_id = ensure_units(
        [UnitReference(code="S1", name="一店"), UnitReference(code="S2", name="二店")]
    )
    key = buy("A-77", PHONE, unit=UnitIn(code="S1"))
    _forget_everybody()
    link()

    customer = customer_of_key(key)
    assert customer is not None
    assert visible_customers([customer], scope=Scope(unit_ids=frozenset({unit_id}))) == {customer}
    assert visible_customers([customer], scope=Scope(unit_ids=frozenset({other_id}))) == set()


def test_somebody_erased_does_not_return_by_it(
    engine: Engine, buy: Callable[..., str], say: Callable[..., None], link: Run, analyser: Analyser
) -> None:
    key = buy("A-77", PHONE)
    say(PHONE, order_id="A-77")
    customer = customer_of_key(key)
    assert customer is not None
    order_erasure(customer, by=SYSTEM, why="test")
    pipeline = Pipeline(engine, Analysis(lambda: analyser.analyse_batch))
    carry_out(engine, lambda: pipeline, should_stop=lambda: False)

    job = BackgroundJob.objects.create(kind=KIND)
    make_kind().run(job.pk, engine.home)

    assert not Identity.objects.exists()
