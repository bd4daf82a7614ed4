-- Words of a sample of the voices that is the same each time.
SELECT text
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL
ORDER BY {draw}
LIMIT $n_texts
