-- Mentions in each unit, now and before, by the columns that their aspect belongs to (one bit each).
SELECT
    unit_id,
    {is_now} AS is_now,
    coalesce(mask, 0) AS mask,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
FROM opinions
LEFT JOIN ({masks}) AS of_columns USING (aspect)
WHERE {kept_opinions} AND unit_id IS NOT NULL
GROUP BY 1, 2, 3
