-- The aspects spoken of with the number of their mentions.
SELECT aspect AS value, any_value(aspect_name) AS name, count(*) AS n
FROM opinions
WHERE {kept_opinions}
GROUP BY aspect
ORDER BY n DESC, aspect
