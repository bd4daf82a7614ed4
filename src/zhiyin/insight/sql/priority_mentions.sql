-- How often each aspect is blamed.
SELECT aspect, max(aspect_name) AS aspect_name, count(*) AS n
FROM opinions
WHERE {kept_opinions} AND polarity = 'negative'
GROUP BY aspect
