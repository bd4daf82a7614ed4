-- The tone of each voice of a unit, in the order of the ids.
SELECT unit_id, sentiment, CAST(sentiment_score AS DOUBLE) AS balance, CAST(useful AS DOUBLE) AS useful
FROM feedback
WHERE {voices} AND unit_id IS NOT NULL AND sentiment IS NOT NULL
ORDER BY feedback_id
