"""Staff give one to five stars to each contact; they stand in the story, the brief and with the customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyarrow as pa
import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rights.holders import Person as RightsPerson
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.facts import FEEDBACK
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.callbacks.kinds import Outcome
from zhiyin.respond.callbacks.services import Promise, plan_call_back, record_call
from zhiyin.respond.models import CaseEvent, ContactMood
from zhiyin.respond.moods import rights
from zhiyin.respond.moods.errors import StarOfAnother
from zhiyin.respond.moods.giving import give_mood, take_mood
from zhiyin.respond.services import CUSTOMER, send_answer, start_work
from zhiyin.respond.services.erasing import erase_from_cases
from zhiyin.respond.timeline import read_cases

pytestmark = pytest.mark.django_db
_KEY = "ab" * 16
_NOW = datetime.now(UTC)


def _event(case, kind="answered") -> CaseEvent:
    return CaseEvent.objects.get(case=case, kind=kind)


@pytest.fixture
def answered(shop, make_case):
    return send_answer(make_case(), text="已经退款。", by=shop.by_agent)


def test_stars_are_given_replaced_and_taken_back_and_the_trail_knows(shop, answered) -> None:
    event = _event(answered)
    give_mood(answered, event_id=event.pk, stars=2, by=shop.by_agent)
    give_mood(answered, event_id=event.pk, stars=4, by=shop.by_agent)
    kept = ContactMood.objects.get()
    assert (kept.stars, kept.event, kept.given_by) == (4, event, shop.agent)
    assert take_mood(answered, event_id=event.pk, by=shop.by_agent)
    assert not take_mood(answered, event_id=event.pk, by=shop.by_agent)
    told = AuditEvent.objects.filter(action__startswith="case.mood").order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["case.mood_given"] * 2 + ["case.mood_taken"]


def test_only_one_to_five_stars_of_a_contact_of_this_case_are_taken(shop, answered, make_case) -> None:
    with pytest.raises(InvalidInput):
        give_mood(answered, event_id=_event(answered).pk, stars=6, by=shop.by_agent)
    begun = start_work(make_case(), by=shop.by_agent)
    for event_id in (uuid4(), _event(begun, "started").pk):
        with pytest.raises(NotFound):
            give_mood(begun, event_id=event_id, stars=3, by=shop.by_agent)
    with pytest.raises(NotFound):
        give_mood(begun, event_id=_event(answered).pk, stars=3, by=shop.by_agent)


def test_a_colleague_does_not_change_them_and_a_manager_of_the_unit_does(
    shop, answered, make_account
) -> None:
    event = _event(answered)
    give_mood(answered, event_id=event.pk, stars=2, by=shop.by_agent)
    colleague = Actor.of(make_account("colleague", role=Role.AGENT, unit=shop.store))
    with pytest.raises(StarOfAnother):
        give_mood(answered, event_id=event.pk, stars=5, by=colleague)
    with pytest.raises(StarOfAnother):
        take_mood(answered, event_id=event.pk, by=colleague)
    assert give_mood(answered, event_id=event.pk, stars=3, by=shop.by_manager).given_by == shop.manager


def test_the_mood_written_down_with_a_call_stands_beside_its_step(shop, make_case) -> None:
    later = timezone.now() + timedelta(hours=2)
    words = Promise(promised_at=later, zone="Asia/Shanghai", topic="退款")
    call_back = plan_call_back(make_case(), promise=words, by=shop.by_agent)
    record_call(call_back, outcome=Outcome.REACHED, by=shop.by_agent, mood=2)
    mood = ContactMood.objects.get()
    assert (mood.stars, mood.event.kind, mood.given_by) == (2, "called_back", shop.agent)


def test_the_page_gives_stars_with_and_without_script(shop, answered, enter) -> None:
    client, event = enter(shop.agent), _event(answered)
    page = reverse("case", args=[answered.number])
    url = reverse("case_mood", args=[answered.number])
    assert f'id="mood-{event.pk}"' in client.get(page).content.decode()
    posted = client.post(url, {"event": event.pk, "stars": "4"})
    assert posted.url == f"{page}#mood-{event.pk}"
    htmx = {"HX-Request": "true", "HX-Target": f"mood-{event.pk}"}
    part = client.post(url, {"event": event.pk, "stars": "2"}, headers=htmx).content.decode()
    assert part.count("star-on") == 2
    assert "<html" not in part
    assert client.post(url, {"event": event.pk, "stars": "9"}).status_code == 422
    assert client.post(url, {"event": "x", "stars": "3"}).status_code == 404
    assert client.post(url, {"event": event.pk, "stars": "0"}).status_code == 302
    assert not ContactMood.objects.exists()
    assert client.get(url).url == page


def test_who_may_only_look_sees_the_stars_and_another_unit_nothing(shop, answered, enter) -> None:
    event, url = _event(answered), reverse("case_mood", args=[answered.number])
    give_mood(answered, event_id=event.pk, stars=4, by=shop.by_agent)
    assert enter(shop.stranger).post(url, {"event": event.pk, "stars": "1"}).status_code == 404
    auditor = enter(shop.auditor)
    assert auditor.post(url, {"event": event.pk, "stars": "1"}).status_code == 403
    page = auditor.get(reverse("case", args=[answered.number])).content.decode()
    assert "4 of 5 stars" in page
    assert f'action="{url}"' not in page


def test_stars_stand_in_the_brief(shop, answered, enter, engine) -> None:
    give_mood(answered, event_id=_event(answered).pk, stars=2, by=shop.by_agent)
    page = enter(shop.agent).get(reverse("case_brief", args=[answered.number])).content.decode()
    assert "2 of 5 stars" in page


def test_erasing_the_customer_takes_the_stars_and_the_copy_has_them(shop, answered) -> None:
    give_mood(answered, event_id=_event(answered).pk, stars=4, by=shop.by_agent)
    person = RightsPerson(keys=(_KEY,), feedback_ids=(answered.feedback_id,))
    [part] = rights._read(person)
    assert part.rows[0][2] == 4
    erase_from_cases([answered.feedback_id])
    assert not ContactMood.objects.exists()


@pytest.fixture
def customer(shop, answered, settings, tmp_path):
    settings.HOME = Home(tmp_path / "home")
    open_engine(settings.HOME)
    born = "019a0000-0000-7000-8000-000000000001"
    identity = Identity.objects.create(
        key=_KEY,
        type="member",
        born=born,
        customer=born,
        sealed=b"",
        first_seen_at=_NOW,
        last_seen_at=_NOW,
        changed_at=_NOW,
    )
    IdentityUnit.objects.create(identity=identity, unit_id=shop.store.pk, last_seen_at=_NOW)
    row = {
        **dict.fromkeys(FEEDBACK.schema.names),
        "feedback_id": answered.feedback_id,
        "author_key": _KEY,
        "is_current": True,
        "occurred_at": _NOW,
        "unit_id": shop.store.pk,
        "day": _NOW.date(),
    }
    open_lake().append("feedback", pa.Table.from_pylist([row], FEEDBACK.schema))
    yield identity
    close_engine()


def test_stars_stand_on_the_timeline_and_in_the_mood_of_the_customer(shop, answered, customer, enter) -> None:
    from zhiyin.customers.profile.timeline import TimelineAsk

    give_mood(answered, event_id=_event(answered).pk, stars=2, by=shop.by_agent)
    client = enter(shop.agent)
    ask = TimelineAsk(keys=[_KEY], customer=customer.customer, scope=EVERYTHING, limit=10)
    starred = [entry for entry in read_cases(ask) if any("2" in one.value for one in entry.details)]
    assert [entry.entry_id for entry in starred] == [str(_event(answered).pk)]
    portrait = enter(shop.owner).get(f"/customers/{customer.customer}/portrait/").context["portrait"]
    assert (portrait.moods[-1].stars, portrait.moods[-1].n_stars) == (2, 1)
    words = client.get(f"/customers/{customer.customer}/words/").content.decode()
    assert "2 of 5 stars from staff" in words


def test_a_note_of_a_call_with_stars_is_on_the_timeline_without_its_words(shop, answered, customer) -> None:
    from zhiyin.customers.profile.timeline import TimelineAsk
    from zhiyin.respond.services import add_note

    add_note(answered, text="客户很生气", by=shop.by_agent)
    give_mood(answered, event_id=_event(answered, "noted").pk, stars=1, by=shop.by_agent)
    ask = TimelineAsk(keys=[_KEY], customer=customer.customer, scope=EVERYTHING, limit=10)
    [entry] = [one for one in read_cases(ask) if one.entry_id == str(_event(answered, "noted").pk)]
    assert answered.number in entry.title
    assert "客户很生气" not in f"{entry.title}{entry.text}"


def test_what_the_customer_told_us_is_a_contact_too(shop, make_case) -> None:
    case = make_case(by=CUSTOMER, customer_words="上菜太慢了")
    give_mood(case, event_id=_event(case, "opened").pk, stars=1, by=shop.by_agent)
    assert ContactMood.objects.get().case == case
