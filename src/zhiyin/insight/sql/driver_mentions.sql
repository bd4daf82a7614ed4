-- How often voices with a rating speak well or badly of each aspect.
SELECT aspect, max(aspect_name) AS aspect_name, count(*) AS n
FROM opinions
WHERE {kept_opinions} AND stars IS NOT NULL AND polarity IN ('positive', 'negative')
GROUP BY aspect
