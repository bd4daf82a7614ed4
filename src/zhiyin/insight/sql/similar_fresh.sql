-- The newest voices of some days with what the index of words is made from.
SELECT {columns}
FROM feedback
WHERE {kept_voices} AND day IN ({days}) AND text IS NOT NULL
ORDER BY occurred_at DESC
LIMIT $n_rows
