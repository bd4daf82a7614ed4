-- Mentions in each of the given units over the steps of a small line.
SELECT
    unit_id,
    {step} AS step,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
FROM opinions
WHERE {kept_opinions} AND unit_id IN ({units})
GROUP BY 1, 2
