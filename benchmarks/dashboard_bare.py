"""The board's answers as a person would write them for a bare DuckDB, one list of statements a door.

`{time}` is the condition on the period; what a statement needs from the one before is filled in too.
"""

from __future__ import annotations

KEPT = "is_current AND NOT is_duplicate AND NOT is_spam AND NOT is_solicited"

OVERVIEW = f"""
SELECT {{is_now}}, count(*), count(stars), avg(stars), var_samp(stars), count(sentiment),
    count(*) FILTER (sentiment = 'positive'), count(*) FILTER (sentiment = 'neutral'),
    count(*) FILTER (sentiment = 'negative'), count(*) FILTER (sentiment = 'mixed'),
    min(occurred_at), max(occurred_at)
FROM feedback WHERE {KEPT} AND {{time_both}} GROUP BY ALL
"""
EXCLUDED = """
SELECT count(*), count(*) FILTER (is_duplicate), count(*) FILTER (is_spam), count(*) FILTER (is_solicited)
FROM feedback WHERE is_current AND {time} AND (is_duplicate OR is_spam OR is_solicited)
"""
MENTIONS = """
SELECT {is_now}, aspect, any_value(aspect_name), count(*),
    count(*) FILTER (polarity = 'positive'), count(*) FILTER (polarity = 'negative'),
    count(stars) FILTER (polarity = 'negative'), avg(stars) FILTER (polarity = 'negative'),
    var_samp(stars) FILTER (polarity = 'negative')
FROM opinions WHERE is_current AND NOT is_excluded AND {time_both} GROUP BY ALL
"""
PEOPLE = """
SELECT aspect, count(DISTINCT feedback_id)
FROM opinions WHERE is_current AND NOT is_excluded AND polarity = 'negative' AND {time}
GROUP BY aspect ORDER BY 2 DESC LIMIT 8
"""
WORDS = """
SELECT aspect, term, opinion, count(*) AS n
FROM opinions WHERE is_current AND NOT is_excluded AND polarity = 'negative' AND {time}
GROUP BY aspect, term, opinion QUALIFY row_number() OVER (PARTITION BY aspect ORDER BY n DESC) <= 30
"""
UNIT_VOICES = f"""
SELECT unit_id, count(*), count(stars), avg(stars), var_samp(stars)
FROM feedback WHERE {KEPT} AND {{time}} GROUP BY unit_id
"""
UNIT_MENTIONS = """
SELECT unit_id, count(*), count(*) FILTER (polarity = 'positive'), count(*) FILTER (polarity = 'negative')
FROM opinions WHERE is_current AND NOT is_excluded AND {time} GROUP BY unit_id
"""
WAITS = f"""
SELECT count(*), count(minutes), median(minutes), quantile_cont(minutes, 0.9), count(*) FILTER (minutes > 10)
FROM (
    SELECT feedback_id, max(signal.value) AS minutes
    FROM (SELECT feedback_id, unnest(signals) AS signal FROM feedback WHERE {KEPT} AND {{time}})
    WHERE signal.kind = 'waited' GROUP BY feedback_id
)
"""
SIGNALS = f"""
SELECT signal.kind, count(DISTINCT feedback_id) AS n
FROM (SELECT feedback_id, unnest(signals) AS signal FROM feedback WHERE {KEPT} AND {{time}})
GROUP BY ALL ORDER BY n DESC
"""


def _names(column: str, condition: str = "TRUE") -> str:
    return f"""
    SELECT member.name, count(*) AS n
    FROM (SELECT unnest({column}) AS member FROM feedback WHERE {KEPT} AND {{time}})
    WHERE {condition} GROUP BY ALL ORDER BY n DESC
    """


URGENT_COUNT = """
SELECT count(*) FROM feedback
WHERE is_current AND NOT is_duplicate AND NOT is_spam AND urgency >= 2 AND {time}
"""
URGENT = """
SELECT feedback_id, occurred_at, unit_id, channel, urgency, urgency_reasons, text FROM feedback
WHERE is_current AND NOT is_duplicate AND NOT is_spam AND urgency >= 2 AND {time}
ORDER BY occurred_at DESC LIMIT 5
"""

STATEMENTS: dict[str, tuple[str, ...]] = {
    "overview": (OVERVIEW, EXCLUDED),
    "mentions": (MENTIONS,),
    "aspects": (PEOPLE, WORDS),
    "units": (UNIT_VOICES, UNIT_MENTIONS),
    "waits": (WAITS,),
    "signals": (SIGNALS,),
    "intents": (_names("intents"),),
    "emotions": (_names("emotions"),),
    "needs_unmet": (_names("needs", "NOT member.met"),),
    "urgent": (URGENT_COUNT, URGENT),
}
