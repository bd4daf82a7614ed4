-- Voices that just arrived and were said lately, with what single-voice rules look at.
SELECT
    feedback_id,
    occurred_at,
    unit_id,
    channel,
    stars,
    urgency,
    urgency_reasons,
    text,
    {waited} AS waited,
    author_key
FROM feedback
WHERE day >= $first_day AND sequence > $after AND sequence <= $until AND occurred_at >= $since
  AND {kept_voices}
ORDER BY feedback_id DESC
LIMIT {most}
