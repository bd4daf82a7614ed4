-- Mentions and the voices behind them by day of the reader's zone.
SELECT
    {day_number} AS day_number,
    count(*) AS n,
    count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative,
    count(DISTINCT {voice}) AS n_voices
FROM opinions
WHERE {kept_opinions}
GROUP BY 1
ORDER BY 1
