-- What the same voices speak of, and where in the text.
SELECT feedback_id, aspect, aspect_name, polarity, start, "end" AS stop
FROM opinions
WHERE is_current AND {within_days} AND feedback_id IN ({ids}) AND start IS NOT NULL
ORDER BY feedback_id, start, stop
