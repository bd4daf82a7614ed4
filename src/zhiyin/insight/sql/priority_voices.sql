-- Voices by what they blame (a bit for each aspect): all of them, by unit, by product, by cause.
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
    SELECT
        CAST(unit_id AS VARCHAR) AS unit,
        product,
        cause,
        outcome,
        outcome * outcome AS square,
        CASE WHEN urgency >= 2 THEN 1 ELSE 0 END AS is_urgent,
        CASE WHEN {is_public} THEN 1 ELSE 0 END AS is_public,
        coalesce(blamed, 0) AS blamed
    FROM (
        SELECT
            feedback_id AS heard_of,
            unit_id,
            product,
            cause,
            urgency,
            channel,
            CAST({outcome} AS DOUBLE) AS outcome
        FROM feedback
        WHERE {kept_voices}
    ) AS voices
    LEFT JOIN said ON heard_of = said_by
)
SELECT 'all' AS kind, '' AS value, blamed, {figures} FROM heard GROUP BY blamed
UNION ALL
SELECT 'unit' AS kind, unit AS value, blamed, {figures} FROM heard WHERE unit IS NOT NULL GROUP BY unit, blamed
UNION ALL
SELECT 'product' AS kind, product AS value, blamed, {figures}
FROM heard WHERE product IS NOT NULL GROUP BY product, blamed
UNION ALL
SELECT 'cause' AS kind, cause AS value, blamed, {figures} FROM heard WHERE cause IS NOT NULL GROUP BY cause, blamed
