-- Voices of an incident's series on each day.
SELECT {day_number} AS day_number, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY 1
