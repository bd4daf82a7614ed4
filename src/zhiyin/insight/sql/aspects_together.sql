-- What else the voices that speak badly of an aspect speak badly of; the aspect itself under the empty name.
SELECT
    CASE WHEN aspect IN ({members}) THEN '' ELSE aspect END AS aspect,
    max(aspect_name) AS aspect_name,
    count(DISTINCT {voice}) AS n
FROM opinions
WHERE {kept_opinions}
    AND polarity = 'negative'
    AND feedback_id IN (SELECT feedback_id FROM opinions WHERE {of_aspect})
GROUP BY 1
ORDER BY n DESC, aspect
