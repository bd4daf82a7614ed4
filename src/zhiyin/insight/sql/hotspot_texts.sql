-- The newest voices with words.
SELECT occurred_at, text
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL AND text <> '' AND occurred_at IS NOT NULL
ORDER BY occurred_at DESC, feedback_id
LIMIT $most
