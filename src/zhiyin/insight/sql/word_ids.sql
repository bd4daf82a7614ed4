-- The voices to quote, found without touching a text.
SELECT feedback_id, day
FROM feedback
WHERE {voices} AND text <> ''
ORDER BY {order}
LIMIT $n_quoted
