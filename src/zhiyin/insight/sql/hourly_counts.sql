-- What was said in each unit and channel, hour by hour: voices, and of these how many were of a kind.
-- A voice counts once for a kind, however often it shows it.
WITH told AS (
    SELECT
        unit_id,
        channel,
        {hour} AS hour,
        product,
        touchpoint,
        sentiment,
        stars,
        urgency,
        {kinds} AS kinds
    FROM feedback
    WHERE {kept_voices}
),

said AS (
    SELECT DISTINCT unit_id, channel, {hour} AS hour, aspect, polarity, {voice} AS voice
    FROM opinions
    WHERE {kept_opinions} AND polarity IN ('positive', 'negative')
)

SELECT unit_id, channel, hour, 'voices' AS measure, count(*) AS n FROM told GROUP BY 1, 2, 3
UNION ALL
SELECT unit_id, channel, hour, sentiment, count(*) FROM told
WHERE sentiment IN ('negative', 'positive') GROUP BY 1, 2, 3, 4
UNION ALL
SELECT unit_id, channel, hour, 'low_stars', count(*) FROM told WHERE stars < 2.5 GROUP BY 1, 2, 3
UNION ALL
SELECT unit_id, channel, hour, 'urgent', count(*) FROM told WHERE urgency >= 2 GROUP BY 1, 2, 3
UNION ALL
SELECT unit_id, channel, hour, 'product:' || product, count(*) FROM told
WHERE sentiment = 'negative' AND product IS NOT NULL GROUP BY 1, 2, 3, 4
UNION ALL
SELECT unit_id, channel, hour, 'touchpoint:' || touchpoint, count(*) FROM told
WHERE sentiment = 'negative' AND touchpoint IS NOT NULL GROUP BY 1, 2, 3, 4
UNION ALL
SELECT unit_id, channel, hour, 'signal:' || kind, count(*)
FROM (SELECT unit_id, channel, hour, {each_kind} AS kind FROM told WHERE {has_kinds}) AS shown
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT unit_id, channel, hour, 'aspect:' || polarity || ':' || aspect, count(*) FROM said GROUP BY 1, 2, 3, 4
