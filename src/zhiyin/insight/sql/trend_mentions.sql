-- Mentions of each day by polarity.
SELECT {day_number} AS day_number, polarity, count(*) AS n
FROM opinions
WHERE {kept_opinions}
GROUP BY 1, 2
