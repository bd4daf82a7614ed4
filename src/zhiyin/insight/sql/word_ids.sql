-- The newest voices with words that show a sentiment, found without touching a text.
SELECT feedback_id, day
FROM feedback
WHERE {kept_voices} AND sentiment IS NOT NULL
ORDER BY occurred_at DESC NULLS LAST, feedback_id DESC
LIMIT $n_quoted
