-- Mentions in each unit by polarity.
SELECT
    unit_id,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
FROM opinions
WHERE {kept_opinions} AND unit_id IS NOT NULL
GROUP BY unit_id
