"""Voices and records are linked as they are stored; their facts name the identity that they go by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from zhiyin.customers.linking.queries import customer_of_key, find_by_identifier
from zhiyin.customers.models import Identity
from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def say(engine: Engine) -> Callable[..., str | None]:
    """Stores a voice; the key of its fact."""
    pipeline = Pipeline(engine, Analysis(lambda: Analyser().analyse_batch))

    def run(external_id: str, *identities: IdentityIn, **fields: object) -> str | None:
        author = AuthorIn(identities=list(identities)) if identities else None
        item = FeedbackIn(external_id=external_id, text="上菜慢", author=author, **fields)  # type: ignore[arg-type]
        intake = Intake(engine.log, engine.vault)
        intake.receive([item], source="dianping", connector="test", connector_version="1")
        pipeline.drain()
        with engine.lake.connect("feedback") as connection:
            rows = connection.execute(
                "SELECT author_key FROM feedback ORDER BY received_at DESC, feedback_id DESC LIMIT 1"
            ).fetchall()
        key: str | None = rows[0][0]
        return key

    return run


def test_a_review_and_the_purchase_of_its_order_are_one_customers(
    engine: Engine, say: Callable[..., str | None]
) -> None:
    by_order = say("1", order_id="A-77")
    by_account = say("2", IdentityIn(type="platform_user", value="u9"), order_id="A-77")
    buyer = AuthorIn(identities=[IdentityIn(type="phone", value="13811112222")])
    purchase = PurchaseIn(external_id="L1", ordered_at=AT, order_id="A-77", customer=buyer, amount=20)
    take_records([purchase], kind=get_kind("purchases"), source="till", engine=engine)

    assert by_order is not None
    assert by_account is not None
    customer: UUID | None = find_by_identifier("phone", "13811112222")
    assert customer_of_key(by_order) == customer_of_key(by_account) == customer is not None


@pytest.mark.parametrize("value", ["无", "13800138000", "🌸", "1" * 150])
def test_a_hostile_identifier_names_nobody_and_the_voice_is_kept(
    say: Callable[..., str | None], value: str
) -> None:
    assert say("1", IdentityIn(type="phone", value=value)) is None
    assert not Identity.objects.exists()
