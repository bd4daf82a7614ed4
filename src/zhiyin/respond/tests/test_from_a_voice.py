"""A case from a voice in the lake: prefilled, within the scope, with the contact that the source told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.clocks.services import RuleWords, save_rule
from zhiyin.respond.models import Case
from zhiyin.respond.queries import find_case_by_phone, list_feedback_ids, read_contact
from zhiyin.understand.analyser import Analyser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def lake(settings, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an installation of its own, which the pages use."""
    settings.HOME = Home(tmp_path / "own-home")
    opened = open_engine(settings.HOME)
    yield opened
    opened.close()


@pytest.fixture
def hear(lake: Engine, shop, analyser: Analyser) -> Callable[..., str]:
    """Takes a voice in and understands it; returns its id."""

    def take(external_id: str, text: str, *, unit: str = "n1") -> str:
        author = AuthorIn(name="陈思远", identities=[IdentityIn(type="phone", value="13812345678")])
        item = FeedbackIn(external_id=external_id, text=text, unit=UnitIn(code=unit), author=author)
        intake = Intake(lake.log, lake.vault)
        (receipt,) = intake.receive([item], source="shop", connector="test", connector_version="1")
        Pipeline(lake, Analysis(lambda: analyser.analyse_batch)).drain()
        return str(receipt.id)

    return take


def test_a_case_is_opened_from_a_voice_with_two_clicks(shop, hear, enter) -> None:
    feedback_id = hear("1", "菜好吃但是上菜太慢，等了四十分钟")
    client = enter(shop.agent)
    url = reverse("open_case", args=[feedback_id])
    form = client.post(url, {"next": "/voices/"})  # the button on the voice
    assert form.status_code == 200
    fields = form.context["form"].initial
    assert "慢" in fields["title"]
    assert fields["owner"] == shop.agent.pk
    assert 'class="opinion opinion-negative"' in form.content.decode()
    response = client.post(url, fields)
    case = Case.objects.get()
    assert response.url == reverse("case", args=[case.number])
    assert list_feedback_ids(case) == [feedback_id]
    page = client.get(response.url).content.decode()
    assert "上菜" in page
    assert 'class="opinion opinion-negative"' in page


def test_the_contact_comes_from_the_source_and_stands_on_no_page(shop, hear, enter) -> None:
    url = reverse("open_case", args=[hear("1", "太慢了，等了很久")])
    client = enter(shop.agent)
    form = client.get(url)
    assert "138****5678" in form.content.decode()
    client.post(url, form.context["form"].initial)
    case = Case.objects.get()
    assert read_contact(case).phone == "13812345678"
    assert find_case_by_phone(number=case.number, last_four="5678") == case
    for page in (form, client.get(reverse("case", args=[case.number]))):
        assert "13812345678" not in page.content.decode()
        assert "陈思远" not in page.content.decode()


def test_the_same_voice_leads_to_the_case_that_is_there(shop, hear, enter) -> None:
    url = reverse("open_case", args=[hear("1", "太慢了")])
    client = enter(shop.agent)
    fields = client.get(url).context["form"].initial
    client.post(url, fields)
    again = client.post(url, fields)
    assert again.url == reverse("case", args=[Case.objects.get().number])


def test_a_voice_with_a_case_offers_no_second_one(shop, hear, enter) -> None:
    feedback_id = hear("1", "太慢了")
    url, client = reverse("open_case", args=[feedback_id]), enter(shop.agent)
    voice_page = reverse("voice", args=[feedback_id])
    assert f'action="{url}"' in client.get(voice_page).content.decode()
    client.post(url, client.get(url).context["form"].initial)
    case_page = reverse("case", args=[Case.objects.get().number])
    assert f'action="{url}"' not in client.get(voice_page).content.decode()
    for response in (client.get(url), client.post(url, {"next": "/voices/"})):  # from a page that is old
        assert (response.status_code, response.url) == (302, case_page)


def test_what_is_mistyped_is_said_and_kept(shop, hear, enter) -> None:
    url = reverse("open_case", args=[hear("1", "太慢了")])
    client = enter(shop.agent)
    fields = client.get(url).context["form"].initial
    response = client.post(url, {**fields, "phone": "many digits", "title": "my own title"})
    assert response.status_code == 422
    assert "This is no phone number" in response.content.decode()
    assert "my own title" in response.content.decode()
    assert not Case.objects.exists()


def test_a_voice_of_another_store_is_not_there(shop, hear, enter) -> None:
    url = reverse("open_case", args=[hear("1", "太慢了", unit="s1")])
    for account in (shop.agent, shop.manager):
        assert enter(account).get(url).status_code == 404
        assert enter(account).post(url, {"title": "x"}).status_code == 404
    assert enter(shop.auditor).get(url).status_code == 403
    assert enter(shop.stranger).get(url).status_code == 200


def test_other_voices_and_cases_of_the_customer_are_found(shop, hear, enter) -> None:
    client = enter(shop.agent)
    first, second = hear("1", "太慢了"), hear("2", "又太慢了，服务员态度也不好")
    hear("3", "这条在别的店说的", unit="s1")
    for feedback_id in (first, second):
        url = reverse("open_case", args=[feedback_id])
        client.post(url, client.get(url).context["form"].initial)
    one, other = Case.objects.order_by("pk")
    part = client.get(reverse("case_customer", args=[one.number])).content.decode()
    assert reverse("case", args=[other.number]) in part
    assert "态度" in part
    assert "别的店" not in part


def test_the_time_that_is_offered_is_that_of_the_clocks_and_one_that_is_chosen_stays(
    shop, hear, enter
) -> None:
    words = RuleWords(
        name="快",
        kind=ClockKind.FIRST_ANSWER,
        amount=300,
        counted_in=TimeUnit.MINUTES,
        from_day=date(2020, 1, 1),
    )
    save_rule(words, by=SYSTEM, scope=EVERYTHING)
    client = enter(shop.agent)
    url = reverse("open_case", args=[hear("1", "太慢了")])
    client.post(url, client.get(url).context["form"].initial)
    by_clock = Case.objects.get()
    assert by_clock.due_at == by_clock.opened_at + timedelta(minutes=300)
    url = reverse("open_case", args=[hear("2", "还是太慢了")])
    seen = {"same": by_clock.number, "due_at": "2099-01-01T10:00"}
    client.post(url, {**client.get(url).context["form"].initial, **seen})
    assert Case.objects.latest("pk").due_at.year == 2099
