"""The rules that Zhiyin brings: switched on, to nobody but the page until somebody chooses destinations."""

from __future__ import annotations

from datetime import datetime

from zhiyin.insight.models import AlertRule

ANOMALY = "anomaly"
# Code, name, kind, options, level, minutes of cool-down.
_RULES: tuple[tuple[str, str, str, dict[str, object], int, int], ...] = (
    (ANOMALY, "异常波动 · Unusual rises and falls", "anomaly", {"n_false_a_week": 1.0}, 2, 4320),
    ("low_stars", "一二星差评 · One or two stars", "low_stars", {"stars": 2.0}, 2, 0),
    ("urgent", "紧急与风险 · Urgent and risky", "urgent", {"urgency": 3}, 3, 0),
    ("waited", "等待超过十分钟 · Waited over ten minutes", "waited", {"minutes": 10.0}, 0, 0),
)


def ensure_rules(*, now: datetime) -> None:
    """Make the brought rules that are not there yet; those that are stay as people left them."""
    known = set(AlertRule.objects.exclude(code="").values_list("code", flat=True))
    AlertRule.objects.bulk_create(
        [
            AlertRule(
                code=code,
                name=name,
                kind=kind,
                options=options,
                level=level,
                cool_down_minutes=minutes,
                is_on=True,
                created_at=now,
            )
            for code, name, kind, options, level, minutes in _RULES
            if code not in known
        ],
        ignore_conflicts=True,
    )
