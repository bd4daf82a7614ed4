-- Voices of each day by sentiment.
SELECT {day_number} AS day_number, sentiment, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY 1, 2
