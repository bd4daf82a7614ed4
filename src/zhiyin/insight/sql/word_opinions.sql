-- What the same voices speak of, and where in the text.
SELECT
    feedback_id,
    aspect,
    coalesce(aspect_name, aspect) AS aspect_name,
    polarity,
    coalesce(term, '') AS term,
    coalesce(opinion, '') AS opinion,
    start,
    "end",
    coalesce(confidence, 0) AS confidence
FROM opinions
WHERE is_current AND {within_days} AND feedback_id IN ({ids}) AND start IS NOT NULL AND "end" IS NOT NULL
ORDER BY feedback_id, start
