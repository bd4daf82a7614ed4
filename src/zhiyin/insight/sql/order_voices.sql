-- Ids of the voices whose order was like this, the newest first; `n` counts all of them.
WITH orders AS ({orders}),
heard AS (
    SELECT
        feedback_id AS heard_of,
        unit_id AS heard_unit,
        order_key AS heard_order,
        occurred_at AS heard_at
    FROM feedback
    WHERE {kept_voices} AND order_key IS NOT NULL AND {outcome}
)
SELECT heard_of AS feedback_id, count(*) OVER () AS n
FROM heard
WHERE EXISTS (
    SELECT 1 FROM orders
    WHERE of_order = heard_order AND (of_unit = heard_unit OR of_unit IS NULL OR heard_unit IS NULL)
        AND {told} = $order_value
)
ORDER BY heard_at DESC, feedback_id DESC
LIMIT $n_rows OFFSET $n_before
