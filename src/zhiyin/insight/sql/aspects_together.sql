-- What else the voices that speak badly of an aspect speak badly of.
SELECT aspect, max(aspect_name) AS aspect_name, count(DISTINCT {voice}) AS n
FROM opinions
WHERE {kept_opinions}
    AND polarity = 'negative'
    AND aspect NOT IN ({members})
    AND feedback_id IN (SELECT feedback_id FROM opinions WHERE {of_aspect})
GROUP BY aspect
ORDER BY n DESC, aspect
LIMIT 12
