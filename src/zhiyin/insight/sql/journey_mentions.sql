-- Mentions at one touchpoint by polarity, in the period and in the one before, and the voices behind them.
SELECT
    {is_now} AS is_now,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative,
    count(DISTINCT {voice}) AS n_voices,
    count(DISTINCT CASE WHEN polarity = 'positive' THEN {voice} END) AS n_praising,
    count(DISTINCT CASE WHEN polarity = 'negative' THEN {voice} END) AS n_blaming
FROM opinions
WHERE {kept_opinions}
GROUP BY 1
