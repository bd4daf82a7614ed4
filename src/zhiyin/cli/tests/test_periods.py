"""Points in time as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zhiyin.cli.periods import parse_moment
from zhiyin.errors import InvalidInput

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", datetime(2026, 4, 20, 12, tzinfo=UTC)),
        ("12h", datetime(2026, 5, 20, 0, tzinfo=UTC)),
        ("2周", datetime(2026, 5, 6, 12, tzinfo=UTC)),
        ("3 天", datetime(2026, 5, 17, 12, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ("2026-05-01T08:30", datetime(2026, 5, 1, 0, 30, tzinfo=UTC)),
        ("2026-05-01T08:30+00:00", datetime(2026, 5, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_installation(text, moment):
    assert parse_moment(text, now=NOW, zone=BEIJING, field="--since") == moment


@pytest.mark.parametrize("text", ["", "yesterday", "30", "d", "2026-13-01", "99999999d"])
def test_anything_else_is_refused_with_examples(text):
    with pytest.raises(InvalidInput, match="2026-05-01"):
        parse_moment(text, now=NOW, zone=BEIJING, field="--since")


def test_a_period_longer_than_the_calendar_is_refused():
    with pytest.raises(InvalidInput, match="2026-05-01"):
        parse_moment("99999w", now=NOW.replace(year=3), zone=BEIJING, field="--since")
