"""Two processes link the same people at once: the result is that of one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.homes import LayHome

SCRIPT = """
import sys
import django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.engine import open_engine
from zhiyin.listen.items import IdentityIn

vault, own = open_engine(settings.HOME).vault, sys.argv[1]
for number in range(40):
    identities = [
        IdentityIn(type="member", value=f"M{number}"),
        IdentityIn(type=own, value=f"x{number}" if own == "wechat_openid" else f"138111122{number:02d}"),
    ]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    take_appearances([Appearance(identities=identities, source="shop", at=at)], vault=vault)
"""
COUNT = """
import django
django.setup()
from django.db.models import Count
from zhiyin.customers.models import Identity
from zhiyin.customers.linking.recomputing import recompute
people = Identity.objects.values("customer").annotate(n=Count("pk"))
sizes = lambda: sorted(people.all().values_list("n", flat=True))
before = sizes()
recompute()
print(before == sizes() == [3] * 40)
"""


@pytest.mark.slow
def test_two_processes_link_the_same_people(tmp_path: Path, lay_home: LayHome) -> None:
    given = {
        **os.environ,
        "ZHIYIN_HOME": str(lay_home(tmp_path / "home")),
        "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings",
    }
    given.pop("ZHIYIN_DATABASE_URL", None)
    run = [sys.executable, "-c"]
    both = [subprocess.Popen([*run, SCRIPT, type_], env=given) for type_ in ("wechat_openid", "phone")]
    assert [one.wait(timeout=240) for one in both] == [0, 0]

    counted = subprocess.run([*run, COUNT], check=True, env=given, capture_output=True, text=True)
    assert counted.stdout.strip() == "True"
