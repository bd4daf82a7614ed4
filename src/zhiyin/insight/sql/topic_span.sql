-- Voices of each day.
SELECT {day} AS day_number, count(*) AS n
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL
GROUP BY 1
ORDER BY 1
