-- The aspects spoken of with the number of voices that speak of them.
SELECT aspect AS value, any_value(aspect_name) AS name, count(DISTINCT feedback_id) AS n
FROM opinions
WHERE {kept_opinions}
GROUP BY aspect
ORDER BY n DESC, aspect
