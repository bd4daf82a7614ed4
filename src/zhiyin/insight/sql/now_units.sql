-- Units by their unhappy voices, then by all.
SELECT
    unit_id,
    count(*) AS n,
    count(*) FILTER (WHERE sentiment IS NOT NULL) AS n_judged,
    count(*) FILTER (WHERE sentiment = 'negative') AS n_unhappy,
    count(*) FILTER (WHERE urgency >= 2) AS n_urgent
FROM feedback
WHERE {kept_voices} AND unit_id IS NOT NULL
GROUP BY 1
ORDER BY n_unhappy DESC, n DESC, unit_id
LIMIT $n_units
