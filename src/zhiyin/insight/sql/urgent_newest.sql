-- The newest of them, found without touching a text.
SELECT feedback_id, occurred_at, day
FROM feedback
WHERE {all_voices} AND urgency >= 2 AND is_duplicate IS NOT TRUE AND is_spam IS NOT TRUE
ORDER BY occurred_at DESC NULLS LAST
LIMIT $n_urgent
