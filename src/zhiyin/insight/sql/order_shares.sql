-- How many voices there are, how many name an order, and for how many the order is there.
WITH orders AS ({orders})
SELECT
    count(*) AS n_voices,
    count(order_key) AS n_naming,
    count(CASE WHEN order_key IN (SELECT of_order FROM orders) THEN 1 END) AS n_joined
FROM feedback
WHERE {kept_voices}
