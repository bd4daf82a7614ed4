-- Rated voices by outcome and by what they praise and blame: a bit for each group of aspects.
-- Ordered, so that the same facts draw the same samples.
WITH masks AS ({masks}),
said AS (
    SELECT
        feedback_id AS said_by,
        bit_or(CASE WHEN polarity = 'positive' THEN mask ELSE 0 END) AS praised,
        bit_or(CASE WHEN polarity = 'negative' THEN mask ELSE 0 END) AS blamed
    FROM (SELECT feedback_id, polarity, aspect AS of_aspect FROM opinions WHERE {kept_opinions}) AS kept
    JOIN masks ON of_aspect = masked
    GROUP BY feedback_id
),
rated AS (
    SELECT feedback_id AS rated_by, CAST({outcome} AS DOUBLE) AS outcome FROM feedback WHERE {kept_voices}
)
SELECT outcome, coalesce(praised, 0) AS praised, coalesce(blamed, 0) AS blamed, count(*) AS n
FROM rated LEFT JOIN said ON rated_by = said_by
WHERE outcome IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
