"""Priorities: the arithmetic adds up, the rows are those counted, work and wishes are kept, scope holds."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from zhiyin.insight.models import ProblemEffort, Signal
from zhiyin.insight.remembering import forget
from zhiyin.listen.items import FeedbackIn, RatingIn, UnitIn
from zhiyin.people.models import AuditEvent

# Text, stars, channel: taste is bad everywhere, waiting at the southern store alone, and told by phone.
TEXTS = (
    ("味道太难吃了", 1, "review_site"),
    ("上菜太慢，等了四十分钟", 2, "call_centre"),
    ("服务员态度很好，味道很好吃", 5, "review_site"),
    ("环境很干净", 5, "review_site"),
    ("味道不错，分量很足", 4, "review_site"),
)


@pytest.fixture
def unhappy_company(company):
    """300 rated voices; every fifth blames taste, and every fifth of the south the waiting."""
    now = datetime.now(UTC)
    items = []
    for number in range(300):
        text, stars, channel = TEXTS[number % 5]
        is_south = number % 10 < 5
        if number % 5 == 1 and not is_south:
            text, stars, channel = TEXTS[3]
        items.append(
            FeedbackIn(
                text=f"{text}，第{number}次来",
                external_id=f"p{number}",
                occurred_at=now - timedelta(hours=2 + number),
                rating=RatingIn(value=stars, best=5),
                unit=UnitIn(code="s1" if is_south else "n1"),
                channel=channel,
            )
        )
    company.hear(*items)
    forget()
    return company


def _table(client, query=""):
    """The exported list, by name of the problem."""
    text = b"".join(client.get(f"/export/priority/?format=csv{query}").streaming_content).decode("utf-8-sig")
    return {row["Problem"]: row for row in csv.DictReader(io.StringIO(text))}


def _key(client, name):
    page = client.get("/priority/").content.decode()
    found = re.search(r'href="(/priority/problem/[^"]+)">' + re.escape(name) + "<", page)
    return unescape(found[1])


@pytest.mark.django_db
def test_the_weight_is_people_times_harm_times_reach(unhappy_company):
    row = _table(unhappy_company.visit("analyst"))["Taste"]
    n, stars = 60, 1.0
    harm = ((5 - stars) / 4 * n + 5) / (n + 10)
    # All of them wrote reviews: ten hearers, one in ten told on, twice as many in public.
    reach = 1 + 10 * 1.1 * 2
    assert int(row["Unhappy voices"]) == n
    assert float(row["Harm for each"]) == pytest.approx(harm)
    assert float(row["People concerned for each"]) == pytest.approx(reach)
    assert float(row["Weight"]) == pytest.approx(n * harm * reach)
    assert float(row["Weight, low"]) < float(row["Weight"]) < float(row["Weight, high"])


@pytest.mark.django_db
def test_the_number_of_unhappy_is_the_number_of_rows(unhappy_company):
    client = unhappy_company.visit("analyst")
    page = client.get("/priority/").content.decode()
    cells = re.findall(r'data-label="Unhappy"><span><a class="figure-link" href="([^"]+)">([\d,]+)</a>', page)
    assert len(cells) > 1
    for link, n in cells:
        assert f"<strong>{n}</strong> voice" in client.get(unescape(link)).content.decode(), link


@pytest.mark.django_db
def test_a_fault_of_one_store_stands_beside_the_whole_with_its_store(unhappy_company):
    found = _table(unhappy_company.visit("analyst"))
    parts = [name for name in found if "广州一店" in name]
    assert parts
    assert all(found[name]["Kind"] == "Unit" for name in parts)
    assert not [name for name in found if "北京一店" in name]


@pytest.mark.django_db
def test_who_is_told_by_phone_reaches_fewer(unhappy_company):
    found = _table(unhappy_company.visit("analyst"))
    waited = next(
        row for row in found.values() if row["Share in public"] == "0" or float(row["Share in public"]) == 0
    )
    assert float(waited["People concerned for each"]) == pytest.approx(1 + 10 * 1.1)


@pytest.mark.django_db
def test_other_assumptions_are_counted_with_and_said(unhappy_company):
    client = unhappy_company.visit("analyst")
    row = _table(client, "&hearers=11&steps=1&public=1&speaking=50")["Taste"]
    assert float(row["People concerned for each"]) == 12
    assert float(row["People affected"]) == 120
    page = client.get("/priority/?speaking=50").content.decode()
    assert "people extrapolated: 50.0% speak" in page
    # What cannot be is taken as not said.
    assert float(_table(client, "&hearers=-3&telling=900")["Taste"]["People concerned for each"]) == 23


@pytest.mark.django_db
def test_harm_in_stars_is_how_much_lower_they_rate(unhappy_company):
    row = _table(unhappy_company.visit("analyst"), "&harm=stars")["Taste"]
    others = (30 * 2 + 60 * 5 + (60 + 30) * 5 + 60 * 4) / 240
    assert float(row["Harm for each"]) == pytest.approx(others - 1, abs=1e-6)


@pytest.mark.django_db
def test_work_is_kept_with_who_and_when_and_moves_the_order(unhappy_company):
    client = unhappy_company.visit("analyst")
    before = _table(client)
    answer = client.post("/priority/effort/", {"problem": "aspect:dish_taste", "days": "400", "back": "list"})
    assert answer.status_code == 302
    after = _table(client)
    assert after["Taste"]["Work in person-days"] == "400.0"
    assert after["Taste"]["Judged by"] == "analyst-all"
    assert int(after["Taste"]["Rank"]) > int(before["Taste"]["Rank"]) == 1
    assert _table(client, "&order=weight")["Taste"]["Rank"] == "1"
    assert AuditEvent.objects.filter(action="problem.judged", target_id="aspect:dish_taste").count() == 1
    page = client.get(_key(client, "Taste")).content.decode()
    assert "analyst-all" in page
    assert "400" in page
    client.post("/priority/effort/?problem=aspect:dish_taste&days=")
    assert _table(client)["Taste"]["Work in person-days"] == ""
    assert ProblemEffort.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("days", ["-1", "0", "x", "nan", "inf", "99999999"])
def test_work_that_is_no_number_of_days_is_refused(unhappy_company, days):
    client = unhappy_company.visit("analyst")
    answer = client.post("/priority/effort/", {"problem": "aspect:dish_taste", "days": days}, follow=True)
    assert "Give the work as a number" in answer.content.decode()
    assert not ProblemEffort.objects.exists()


@pytest.mark.django_db
def test_an_improvement_is_asked_for_once_and_can_be_taken_back(unhappy_company):
    client = unhappy_company.visit("analyst")
    for _ in range(2):
        client.post("/priority/improve/", {"problem": "aspect:dish_taste"})
    signal = Signal.objects.get(kind="improvement_wanted")
    assert signal.aspect == "dish_taste"
    assert signal.figures["n_people"] == 60
    listed = client.get(f"/voices/?{signal.figures['query']}").content.decode()
    assert "<strong>60</strong> voice" in listed
    assert "asked for by analyst-all" in client.get("/priority/").content.decode()
    # Alerts do not list wishes.
    assert client.get("/alerts/?view=single").status_code == 200
    client.post("/priority/improve/back/", {"problem": "aspect:dish_taste"})
    assert not Signal.objects.filter(kind="improvement_wanted").exists()
    assert client.post("/priority/improve/back/", {"problem": "aspect:dish_taste"}).status_code == 404


@pytest.mark.django_db
def test_what_somebody_works_on_is_not_taken_back(unhappy_company):
    client = unhappy_company.visit("analyst")
    client.post("/priority/improve/", {"problem": "aspect:dish_taste"})
    Signal.objects.update(claimed_by="improve")
    client.post("/priority/improve/back/", {"problem": "aspect:dish_taste"})
    assert Signal.objects.filter(kind="improvement_wanted").exists()
    assert "taken up" in client.get("/priority/").content.decode()


@pytest.mark.django_db
def test_a_manager_sees_and_judges_the_own_store_alone(unhappy_company):
    own = unhappy_company.visit("manager", unit="n1")
    found = _table(own)
    assert int(found["Taste"]["Unhappy voices"]) == 30
    assert not [name for name in found if "广州" in name or "北京" in name]
    assert own.post("/priority/effort/", {"problem": "aspect:dish_taste", "days": "3"}).status_code == 302
    assert _table(own)["Taste"]["Work in person-days"] == "3.0"
    everybody = unhappy_company.visit("analyst")
    assert _table(everybody)["Taste"]["Work in person-days"] == ""
    assert _table(everybody, "&unit=n1")["Taste"]["Work in person-days"] == "3.0"
    page = own.get("/priority/?unit=s1").content.decode()
    assert "There is no such unit" in page
    key = "aspect:dish_taste|unit:s1"
    assert own.post("/priority/effort/", {"problem": key, "days": "3"}).status_code == 404


@pytest.mark.django_db
def test_who_may_only_read_judges_nothing(unhappy_company):
    auditor = unhappy_company.visit("auditor")
    page = auditor.get("/priority/").content.decode()
    assert "Taste" in page
    assert "/priority/effort/" not in page
    assert "/priority/improve/" not in page
    assert auditor.post("/priority/effort/", {"problem": "aspect:dish_taste", "days": "3"}).status_code == 403


@pytest.mark.django_db
def test_the_choices_outlive_another_period(unhappy_company):
    page = unhappy_company.visit("analyst").get("/priority/?harm=stars&hearers=9&level=1").content.decode()
    form = page[page.index('class="scope-form"') :]
    form = form[: form.index("</form>")]
    for name, value in (("harm", "stars"), ("hearers", "9"), ("level", "1")):
        assert f'name="{name}" value="{value}"' in form


@pytest.mark.django_db
def test_a_problem_that_is_none_here_says_so(unhappy_company):
    answer = unhappy_company.visit("analyst").get("/priority/problem/?problem=aspect:location_traffic")
    assert answer.status_code == 404
    assert "Too few blame this here" in answer.content.decode()


@pytest.mark.django_db
def test_without_voices_the_page_says_what_would_be_here(company):
    forget()
    assert "No problem stands out" in company.visit("analyst").get("/priority/").content.decode()


@pytest.mark.django_db
def test_where_it_takes_long_the_list_comes_behind_the_page(unhappy_company, monkeypatch):
    monkeypatch.setattr("zhiyin.insight.remembering.FEW_VOICES", 10)
    client = unhappy_company.visit("analyst")
    page = client.get("/priority/").content.decode()
    assert "hx-get" in page
    assert "Taste" not in page
    part = client.get("/priority/?now=1", headers={"HX-Request": "true", "HX-Target": "priority-list"})
    assert "Taste" in part.content.decode()
    # Asked again within the minute it stands at once.
    assert "Taste" in client.get("/priority/").content.decode()
