-- Mentions in each unit by dimension, now and before, and the voices behind them.
SELECT
    unit_id,
    {is_now} AS is_now,
    dimension,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative,
    count(DISTINCT {voice}) AS n_voices
FROM opinions
INNER JOIN ({dimensions}) AS of_aspects USING (aspect)
WHERE {kept_opinions} AND unit_id IS NOT NULL
GROUP BY 1, 2, 3
