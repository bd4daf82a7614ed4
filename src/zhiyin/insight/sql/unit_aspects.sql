-- What is spoken badly of in each of the given units.
SELECT unit_id, aspect, aspect_name, count(*) AS n
FROM opinions
WHERE {kept_opinions} AND polarity = 'negative' AND unit_id IN ({units})
GROUP BY unit_id, aspect, aspect_name
