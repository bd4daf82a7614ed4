-- Voices by what their order was (a voice once for each value), by whether they are unhappy and by what
-- they blame; without a value: all voices whose order tells that kind of thing at all.
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
        feedback_id AS heard_of,
        unit_id AS heard_unit,
        order_key AS heard_order,
        sentiment = 'negative' AS is_unhappy
    FROM feedback
    WHERE {kept_voices} AND order_key IS NOT NULL
),
orders AS ({orders}),
joined AS (
    SELECT heard_of, coalesce(is_unhappy, FALSE) AS is_unhappy, coalesce(blamed, 0) AS blamed, {names}
    FROM heard
    JOIN orders
        ON heard_order = of_order AND (of_unit = heard_unit OR of_unit IS NULL OR heard_unit IS NULL)
    LEFT JOIN said ON heard_of = said_by
),
told AS ({told})
SELECT kind, value, is_unhappy, blamed, count(*) AS n
FROM told GROUP BY kind, value, is_unhappy, blamed
UNION ALL
SELECT kind, NULL AS value, is_unhappy, blamed, count(*) AS n
FROM (SELECT DISTINCT heard_of, kind, is_unhappy, blamed FROM told) AS once
GROUP BY kind, is_unhappy, blamed
