-- The voices that hold the words, by day and unit.
SELECT {day} AS day_number, unit_id, count(*) AS n, count(CASE WHEN sentiment = 'negative' THEN 1 END) AS n_negative
FROM feedback
WHERE {kept_voices}
GROUP BY 1, 2
