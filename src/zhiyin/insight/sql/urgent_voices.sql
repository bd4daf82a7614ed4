-- The words of a few voices; their days say which folders to open.
SELECT
    feedback_id,
    occurred_at,
    unit_id,
    channel,
    CAST(urgency AS INTEGER) AS level,
    urgency_reasons AS reasons,
    coalesce(text, '') AS text
FROM feedback
WHERE {all_voices} AND {within_days} AND feedback_id IN ({ids})
ORDER BY occurred_at DESC NULLS LAST, feedback_id DESC
