-- The newest of these opinions, found in their own table: their voices are the ones to quote.
SELECT feedback_id, day
FROM opinions
WHERE {kept_opinions}
ORDER BY occurred_at DESC NULLS LAST, feedback_id DESC
LIMIT $n_opinions
