"""Customers of the sample company give stars, and read what became of what they said."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.sample import SampleOptions, make_company
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample import load_sample
from zhiyin.portal.models import CaseRating, SaidAndDone
from zhiyin.portal.sample.removing import take_away
from zhiyin.respond.models import Case, CaseStatus


@pytest.mark.django_db
def test_stars_and_entries_come_once_and_go(tmp_path: Path, settings: LazySettings) -> None:
    engine = open_engine(Home(tmp_path / "home"))
    settings.HOME = engine.home
    company = make_company(SampleOptions(n_stores=2, n_days=30, n_voices=160))
    counts = []
    for _ in range(2):
        load_sample(company, intake=Intake(engine.log, engine.vault), engine=engine)
        counts.append((CaseRating.objects.count(), SaidAndDone.objects.count()))
    assert counts[0] == counts[1]
    assert 0 < CaseRating.objects.count() <= Case.objects.filter(status=CaseStatus.SOLVED.value).count()
    page = Client(headers={"accept-language": "zh-CN"}).get("/said-and-done/").content.decode()
    assert "等候超过二十分钟" in page
    changed = SaidAndDone.objects.first()
    assert changed is not None
    SaidAndDone.objects.filter(pk=changed.pk).update(version=2)
    take_away(engine)
    assert list(SaidAndDone.objects.all()) == [changed]
    engine.close()
