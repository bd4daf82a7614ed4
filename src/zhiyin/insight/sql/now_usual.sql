-- Voices of the same hour in weeks before, by week; a week is the case of its own bounds.
SELECT
    {week} AS week,
    count(*) AS n,
    count(*) FILTER (WHERE sentiment IS NOT NULL) AS n_judged,
    count(*) FILTER (WHERE sentiment = 'negative') AS n_unhappy
FROM feedback
WHERE {kept_voices} AND {week} IS NOT NULL
GROUP BY 1
