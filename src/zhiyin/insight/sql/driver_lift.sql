-- Voices by what they are joined with (touchpoint, product, hour) and by what they blame.
WITH masks AS ({masks}),
said AS (
    SELECT feedback_id AS said_by, bit_or(mask) AS blamed
    FROM (
        SELECT feedback_id, aspect AS of_aspect
        FROM opinions
        WHERE {kept_opinions} AND polarity = 'negative'
    ) AS kept
    JOIN masks ON of_aspect = masked
    GROUP BY feedback_id
),
heard AS (
    SELECT touchpoint, product, {hour} AS hour, coalesce(blamed, 0) AS blamed
    FROM (
        SELECT feedback_id AS heard_of, touchpoint, product, occurred_at
        FROM feedback
        WHERE {kept_voices}
    ) AS voices
    LEFT JOIN said ON heard_of = said_by
)
SELECT 'touchpoint' AS kind, touchpoint AS value, blamed, count(*) AS n
FROM heard WHERE touchpoint IS NOT NULL GROUP BY 2, 3
UNION ALL
SELECT 'product' AS kind, product AS value, blamed, count(*) AS n
FROM heard WHERE product IS NOT NULL GROUP BY 2, 3
UNION ALL
SELECT 'hour' AS kind, CAST(hour AS VARCHAR) AS value, blamed, count(*) AS n
FROM heard WHERE hour IS NOT NULL GROUP BY 2, 3
