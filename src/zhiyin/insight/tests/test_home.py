"""Home over real facts: the answer, its figures and their rows, who sees what, what stands for nothing."""

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import TableSpec
from zhiyin.insight.queries import get_overview
from zhiyin.insight.state import make_state
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.listen.models import ImportJob
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.people.queries import get_scope
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db

SLOW = ("service_serving_speed", "negative", "上菜", "慢")
FAST = ("service_serving_speed", "positive", "上菜", "快")
TASTY = ("dish_taste", "positive", "菜", "好吃")
BLAND = ("dish_taste", "negative", "菜", "淡")
PARTS = ("urgent", "aspects", "trend", "units", "service")


@pytest.fixture
def lake(settings, tmp_path):
    settings.HOME = Home(tmp_path / "home")
    engine = open_engine(settings.HOME)
    create_tables(engine.lake)
    yield engine.lake
    engine.close()


@pytest.fixture
def stores(db):
    return [create_unit(f"s{number}", name=f"{number}号店", kind="store") for number in (1, 2)]


@pytest.fixture
def make_client(db):
    def make(role=None, unit=None):
        account = create_account(f"{role}{unit}", password="correct horse battery staple")
        if role:
            grant_role(account, role=role, unit=unit)
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        client.account = account
        return client

    return make


def store(lake, small_lake):
    for spec, rows in ((FEEDBACK, small_lake.feedback), (OPINIONS, small_lake.opinions)):
        whole = [{**dict.fromkeys(spec.schema.names), **row} for row in rows]
        lake.append(spec.name, pa.Table.from_pylist(whole, spec.schema))
    if small_lake.replies:
        rows = [{**dict.fromkeys(REPLIES.schema.names), **row} for row in small_lake.replies]
        lake.append(REPLIES.name, pa.Table.from_pylist(rows, REPLIES.schema))


@pytest.fixture
def chain(lake, small_lake, stores):
    """Two stores, two months: serving became slower, and a few voices cannot wait."""
    now = timezone.now() - timedelta(minutes=5)
    for step in range(240):
        is_now = step < 120
        at = now - timedelta(days=(step % 25) + (0 if is_now else 31))
        unit = stores[step % 2]
        is_slow = step % 3 != 0 if is_now else step % 8 == 0
        small_lake.say(
            at=at,
            unit_id=unit.pk,
            stars=float(1 + step % 5),
            sentiment="negative" if is_slow else "positive",
            opinions=[SLOW if is_slow else FAST, *([TASTY] if step % 2 else [BLAND])],
            urgency=3 if step == 4 else 2 if step % 40 == 1 else 0,
            urgency_reasons=["illness"] if step % 40 == 1 or step == 4 else [],
            text=f"第{step}位客人在{unit.name}等了很久",
            signals=[{"kind": "waited", "value": 40.0, "start": 0, "end": 1}] if is_slow else [],
            reply_after_hours=2 if step % 4 == 0 else None,
        )
    small_lake.say(at=now, is_spam=True, sentiment="positive", opinions=[TASTY], text="广告")
    store(lake, small_lake)
    return stores


def text_of(response):
    page = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def links_to_voices(response):
    """(address, text) of every link to voices."""
    found = re.findall(
        r'<a[^>]*href="(/voices/\?[^"]*|/voices/)"[^>]*>(.*?)</a>', response.content.decode(), re.S
    )
    return [
        (html.unescape(href), html.unescape(re.sub(r"<[^>]+>", "", words)).strip()) for href, words in found
    ]


def count_rows(lake, href, *, account):
    state = make_state(QueryDict(urlsplit(href).query), scope=get_scope(account), customers=None)
    with lake.connect("feedback", "opinions", "replies") as connection:
        return get_overview(connection, scope=state.scope, filter=state.filter).voices.n


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_who_has_no_role_learns_who_grants_one(make_client):
    response = make_client().get("/")
    assert response.status_code == 200
    assert "Ask an owner" in text_of(response)


def test_who_reads_voices_but_no_figures_goes_to_the_voices(make_client, stores):
    response = make_client(Role.FRONTLINE, stores[0]).get("/")
    assert (response.status_code, response["Location"]) == (302, "/voices/")


def test_the_answer_stands_first_and_says_what_became_worse(make_client, chain):
    response = make_client(Role.OWNER).get("/")
    words = text_of(response)
    assert "What are customers least happy with now?" in words
    assert re.search(r"“[^”]+” +hurts most: +80 people +unhappy, 66.7% of all", words)
    assert re.search(r"120 voices", words)
    assert re.search(r"became worse: net sentiment −\d+\.\d \(down \d+\.\d\)", words)
    assert re.search(r"1 voice to read now", words)
    assert "第1位客人" not in words  # asked for by itself, later


@pytest.mark.parametrize(
    "address", ["/?show=all", "/?show=all&period=90d", "/?show=all&unit=s1", "/?show=all&aspect=dish_taste"]
)
def test_behind_every_count_are_as_many_rows(make_client, lake, chain, address):
    client = make_client(Role.OWNER)
    response = client.get(address)
    counted = {}
    for href, words in links_to_voices(response):
        if match := re.fullmatch(r"([\d,]+)( (voice|person|people).*)?", words):
            counted[href] = int(match[1].replace(",", ""))
    assert len(counted) >= 4
    assert {href: count_rows(lake, href, account=client.account) for href in counted} == counted


def test_the_page_without_script_shows_every_part_behind_a_plain_link(make_client, chain):
    client = make_client(Role.OWNER)
    page = client.get("/").content.decode()
    for part in PARTS:
        assert f'href="/?show={part}"' in page
        assert f'id="home-{part}"' in page
        with_part = client.get(f"/?show={part}").content.decode()
        assert f'href="/?show={part}"' not in with_part
        assert with_part.count(f'id="home-{part}"') == 1
    assert text_of(client.get("/?show=all")).count("客人在") == 4


@pytest.mark.parametrize("part", ["answer", *PARTS])
def test_a_part_comes_alone_and_is_the_same_as_in_the_page(make_client, chain, part):
    client = make_client(Role.OWNER)
    headers = {"HX-Request": "true", "HX-Target": f"home-{part}"}
    alone = client.get(f"/?show={part}", headers=headers).content.decode()
    assert "<html" not in alone
    assert f'id="home-{part}"' in alone
    whole = client.get("/?show=all").content.decode()
    words = [word for word in re.findall(r">([^<>{}]+)<", alone) if word.strip()]
    assert words
    assert [word for word in words if word not in whole] == []


def test_a_store_manager_sees_the_store_alone_and_no_comparison(make_client, chain):
    response = make_client(Role.MANAGER, chain[0]).get("/?show=all")
    words = text_of(response)
    assert re.search(r"60 voices", words)
    assert "1号店" in words
    assert "2号店" not in words
    assert 'id="home-units"' not in response.content.decode()
    elsewhere = make_client(Role.AGENT, chain[0]).get("/?show=all&unit=s2")
    assert "There is no such unit" in text_of(elsewhere)
    assert "2号店" not in text_of(elsewhere)


def test_units_that_stand_out_name_their_main_trouble(make_client, lake, small_lake, stores):
    now = timezone.now() - timedelta(hours=1)
    for step in range(300):
        is_first = step % 2 == 0
        small_lake.say(at=now, unit_id=stores[step % 2].pk, opinions=[SLOW if is_first else TASTY])
    store(lake, small_lake)
    third = create_unit("s3", name="3号店", kind="store")
    response = make_client(Role.OWNER).get("/?show=units")
    words = text_of(response)
    assert third.name in response.content.decode()  # offered in the bar, though nobody spoke of it
    assert re.search(r"Worse than the others · 1.*1号店.*−100.0.*150", words)
    assert re.search(r"Better than the others · 1.*2号店.*\+100.0.*150", words)
    assert (
        "/voices/?unit=s1&amp;aspect=service_serving_speed&amp;polarity=negative" in response.content.decode()
    )


def test_without_any_voice_the_owner_is_shown_the_way_in(make_client, lake, stores):
    response = make_client(Role.OWNER).get("/")
    assert "No customer has been heard yet" in text_of(response)
    assert 'href="/import/"' in response.content.decode()
    manager = make_client(Role.MANAGER, stores[0]).get("/")
    assert "No customer has been heard yet" in text_of(manager)
    assert 'href="/import/"' not in manager.content.decode()


def test_the_first_voice_brings_the_whole_page(make_client, lake, small_lake):
    client = make_client(Role.OWNER)
    headers = {"HX-Request": "true", "HX-Target": "home-answer"}
    assert "HX-Refresh" not in client.get("/?was_empty=1", headers=headers)
    small_lake.say(at=timezone.now() - timedelta(minutes=1), opinions=[TASTY])
    store(lake, small_lake)
    assert client.get("/?was_empty=1", headers=headers)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get("/", headers=headers)


def test_an_empty_period_says_when_the_newest_was_and_leads_there(make_client, chain):
    client = make_client(Role.OWNER)
    response = client.get("/?period=custom&since=2020-01-01&until=2020-01-05")
    assert "Nobody said anything in this period" in text_of(response)
    href = html.unescape(re.search(r'href="(/\?period=custom[^"]+)"', response.content.decode())[1])
    assert re.search(r"1\d\d voices", text_of(client.get(href)))


def test_choices_that_nothing_fits_say_so(make_client, chain):
    response = make_client(Role.OWNER).get("/?channel=nowhere")
    assert "No voice fits these choices" in text_of(response)


def test_first_steps_are_done_by_what_happened_and_put_away_for_good(make_client, lake, settings):
    client = make_client(Role.OWNER)
    page = text_of(client.get("/"))
    assert "Three things to try" in page
    assert page.count(" tried ") == 0
    create_account("colleague", password="correct horse battery staple")
    ImportJob.objects.create(file_name="a.csv", file_hash="x", mapping={}, status=ImportJob.Status.DONE)
    assert text_of(client.get("/")).count(" tried ") == 2
    assert client.post("/first-steps/")["Location"] == "/"
    assert "Three things to try" not in text_of(client.get("/"))
    client.post("/first-steps/?again=1")
    assert "Three things to try" in text_of(client.get("/"))
    columns = [("case_id", pa.string()), ("actor_id", pa.int64()), ("day", pa.date32())]
    spec = TableSpec(name="case_events", schema=pa.schema(columns))
    lake.create(spec)
    of_sample, colleague = create_account("sample-desk-1"), create_account("second")
    for who, is_left in ((of_sample, True), (colleague, False)):
        row = {"case_id": "1", "actor_id": who.pk, "day": timezone.now().date()}
        lake.append(spec.name, pa.Table.from_pylist([row], spec.schema))
        assert ("Three things to try" in text_of(client.get("/"))) == is_left
    assert "Three things to try" not in text_of(client.get("/"))


def test_a_manager_is_not_asked_to_do_what_only_an_owner_may(make_client, chain):
    assert "Three things to try" not in text_of(make_client(Role.MANAGER, chain[0]).get("/"))


def test_home_speaks_chinese(make_client, chain):
    client = make_client(Role.OWNER)
    with translation.override("zh-hans"):
        words = text_of(client.get("/?show=all", headers={"accept-language": "zh-CN"}))
    assert "现在客户最不满意什么？" in words
    assert re.search(r"头号不满是 *“[^”]+” *： *80 人 *，占 66.7%", words)
    for english in ("voice", "unhappy", "became", "Show", "against"):
        assert english not in words


def test_the_number_of_queries_does_not_grow_with_the_company(
    make_client, chain, django_assert_max_num_queries
):
    for number in range(10, 60):
        create_unit(f"s{number}", name=f"{number}号店", kind="store")
    client = make_client(Role.OWNER)
    client.get("/")
    with django_assert_max_num_queries(30):
        client.get("/?show=all")
