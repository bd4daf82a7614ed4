-- Mentions of an aspect in each unit, and the voices behind them.
SELECT
    unit_id,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative,
    count(DISTINCT {voice}) AS n_voices,
    count(DISTINCT CASE WHEN polarity = 'negative' THEN {voice} END) AS n_unhappy
FROM opinions
WHERE {kept_opinions} AND unit_id IS NOT NULL
GROUP BY unit_id
ORDER BY unit_id
