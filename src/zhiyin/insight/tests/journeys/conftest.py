from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.insight.models import JourneyMap, JourneyVersion
from zhiyin.listen.items import FeedbackIn, RatingIn, UnitIn

TEXTS = (
    ("味道很好吃", 5, "in_store"),
    ("味道真不错，好喝", 5, "delivery"),
    ("排队太久了，排队时间太长", 1, "in_store"),
    ("服务员态度很好", 5, "in_store"),
    ("配送服务员态度很差", 2, "delivery"),
)


@pytest.fixture
def walked_company(company):
    """350 voices along the way of customers of two stores."""
    now = datetime.now(UTC)
    items = []
    for number in range(350):
        text, stars, touchpoint = TEXTS[number % len(TEXTS)]
        items.append(
            FeedbackIn(
                text=f"{text}，第{number}次来",
                external_id=f"j{number}",
                occurred_at=now - timedelta(hours=2 + number),
                rating=RatingIn(value=stars, best=5),
                unit=UnitIn(code="n1" if number % 3 else "s1"),
                touchpoint=touchpoint,
            )
        )
    company.hear(*items)
    return company


@pytest.fixture
def tea_map(walked_company):
    """A map from the shipped one for tea shops, as an analyst starts it."""
    analyst = walked_company.visit("analyst")
    answer = analyst.post("/journeys/new/", {"starter": "tea_shop"})
    assert answer.status_code == 302
    return JourneyMap.objects.get()


class Desk:
    """The buttons of the editor, and the draft as it is stored."""

    def do(self, client, row, **posted):
        row.refresh_from_db()
        return client.post(f"/journeys/{row.pk}/edit/change/", {"based_on": row.draft, **posted})

    def publish(self, client, row):
        assert self.do(client, row, do="publish").status_code == 302

    def document(self, row):
        row.refresh_from_db()
        return JourneyVersion.objects.get(map=row, number=row.draft).document

    def points(self, row):
        return [point for stage in self.document(row)["stages"] for point in stage["touchpoints"]]


@pytest.fixture
def desk():
    return Desk()
