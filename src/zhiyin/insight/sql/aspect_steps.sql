-- Mentions of each aspect over the steps of a small line.
SELECT
    aspect,
    {step} AS step,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
FROM opinions
WHERE {kept_opinions}
GROUP BY 1, 2
