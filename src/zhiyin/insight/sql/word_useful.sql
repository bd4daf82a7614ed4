-- Of a few voices those whose words tell most.
SELECT feedback_id, day
FROM feedback
WHERE is_current AND {within_days} AND feedback_id IN ({ids})
ORDER BY useful DESC NULLS LAST, occurred_at DESC NULLS LAST, feedback_id DESC
LIMIT $n_quoted
