"""The sample's people: brought with all that is known of them, found by linking, and taken away whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from zhiyin.customers.identifiers.sealing import open_traits
from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.models import (
    Consent,
    ContactStar,
    Identity,
    IdentityUnit,
    Link,
    LinkState,
    Restriction,
    Sighting,
)
from zhiyin.customers.rights.sealing import open_proof
from zhiyin.customers.sample import removing
from zhiyin.customers.sample.removing import take_people_away
from zhiyin.customers.sample.scoring import read_tails, score_links
from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.records.items import VisitIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.listen.sample import Company
from zhiyin.listen.sample.truth import describe_company

pytestmark = pytest.mark.django_db
Ask = Callable[[str, str], list[tuple[object, ...]]]
MODELS = (Identity, IdentityUnit, Sighting, Link, Consent, ContactStar)
TABLES = ("customer_events", "value_entries")
AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def counts(ask: Ask) -> Callable[[], dict[str, object]]:
    def count() -> dict[str, object]:
        rows: dict[str, object] = {model.__name__: model.objects.count() for model in MODELS}
        return rows | {table: ask(table, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    return count


def visit(engine: Engine, *identities: IdentityIn) -> None:
    """Somebody who is no part of the sample comes by."""
    record = VisitIn(external_id="V1", occurred_at=AT, customer=AuthorIn(identities=[*identities]))
    take_records([record], kind=get_kind("visits"), source="till", engine=engine)


def test_people_come_with_all_that_is_known_of_them_and_but_once(
    load: Callable[[], int], engine: Engine, counts: Callable[[], dict[str, object]]
) -> None:
    load()
    first = counts()
    assert all(first.values())
    yes = Consent.objects.filter(is_given=True).first()
    assert yes is not None
    assert yes.text is not None
    assert "sample-MEMBER-" in open_proof(yes.proof_sealed, key=yes.key)
    told = [open_traits(one, vault=engine.vault) for one in Identity.objects.filter(type="customer")]
    assert any("birthday" in traits for traits in told)
    # Shared numbers and wrong ones are held back as in life; most of all else is joined.
    assert Link.objects.filter(state=LinkState.ACTIVE).count() > 0.5 * Sighting.objects.count()
    load()
    again = counts()
    assert again == first


def test_linking_joins_next_to_nobody_wrongly(
    load: Callable[[], int], engine: Engine, company: Company
) -> None:
    load()
    people = describe_company(company).customers
    score = score_links(people, vault=engine.vault, slips=read_tails(engine))
    assert score.n_identities > 150
    assert score.precision >= 0.995
    # What no record ties is out of reach of rules.
    assert score.n_right / score.n_tied >= 0.93
    assert score.n_tied < score.n_hinted <= score.n_true
    assert score.recall_of_hinted < score.n_right / score.n_tied


def test_the_score_counts_who_was_taken_for_another_and_who_was_not_found(
    engine: Engine, company: Company
) -> None:
    people = describe_company(company).customers[5:7]
    for person in people:
        phone, _, email = person.identities[:3]
        take_appearances([Appearance(identities=[phone, email], source="x", at=AT)], vault=engine.vault)
    perfect = score_links(people, vault=engine.vault)
    assert (perfect.n_identities, perfect.precision, perfect.recall, perfect.share_tied) == (4, 1.0, 1.0, 1.0)
    Identity.objects.update(customer=Identity.objects.values_list("customer", flat=True)[0])
    assert score_links(people, vault=engine.vault).precision == pytest.approx(2 / 6)
    for identity in Identity.objects.all():
        Identity.objects.filter(pk=identity.pk).update(customer=identity.born)
    assert score_links(people, vault=engine.vault).recall == 0.0


def test_all_of_them_go_and_nobody_else(
    load: Callable[[], int], engine: Engine, counts: Callable[[], dict[str, object]], ask: Ask
) -> None:
    visit(
        engine,
        IdentityIn(type="member", value="OURS-1", verified=True),
        IdentityIn(type="email", value="a@b.cn"),
    )
    before = {model.__name__: model.objects.count() for model in MODELS}
    mine = Identity.objects.get(type="member").key
    Consent.objects.create(key=mine, purpose="survey", is_given=True, method="staff", at=AT, recorded_at=AT)
    load()
    of_sample = Consent.objects.exclude(key=mine).values_list("key", flat=True)[0]
    Restriction.objects.create(key=of_sample, kind="no_contact", made_at=AT)
    take_people_away(engine)
    left = counts()
    assert left == before | {"Consent": 1, "customer_events": 0, "value_entries": 0}
    assert not Restriction.objects.exists()
    assert ask("visits", "SELECT count(*) FROM visits WHERE source <> 'sample'") == [(1,)]
    take_people_away(engine)
    assert counts() == left


def test_whom_others_name_too_stays_with_what_was_seen_beside(
    load: Callable[[], int], engine: Engine, company: Company
) -> None:
    load()
    member = next(person.member for person in company.customers if person.member)
    visit(engine, IdentityIn(type="member", value=member, verified=True))
    with engine.lake.connect("visits") as connection:
        query = "SELECT customer_key FROM visits WHERE source = 'till'"
        ((key,),) = connection.execute(query).fetchall()
    of_both = Identity.objects.get(key=key)
    beside = set(Sighting.objects.filter(left=of_both).values_list("right_id", flat=True))
    beside |= set(Sighting.objects.filter(right=of_both).values_list("left_id", flat=True))
    take_people_away(engine)
    assert set(Identity.objects.values_list("pk", flat=True)) == beside | {of_both.pk}
    assert beside


def test_cut_off_among_the_identities_it_finds_the_rest_again(
    load: Callable[[], int], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    monkeypatch.setattr(removing, "_CHUNK", 40)
    n_before, turns = Identity.objects.count(), iter(range(3))

    def stop_after_some() -> object:
        next(turns)
        return removing_turn()

    removing_turn = removing.linking_turn
    with monkeypatch.context() as patched:
        patched.setattr(removing, "linking_turn", stop_after_some)
        with pytest.raises(StopIteration):
            take_people_away(engine)
    assert 0 < Identity.objects.count() < n_before
    take_people_away(engine)
    assert not Identity.objects.exists()
