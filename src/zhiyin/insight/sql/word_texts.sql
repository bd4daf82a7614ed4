-- The words of a few voices; their days say which folders to open.
SELECT
    feedback_id,
    occurred_at,
    unit_id,
    channel,
    product,
    stars,
    CAST(coalesce(urgency, 0) AS INTEGER) AS urgency,
    urgency_reasons,
    text
FROM feedback
WHERE is_current AND {within_days} AND feedback_id IN ({ids})
