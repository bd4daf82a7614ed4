-- What these voices speak of, and where in the text.
SELECT feedback_id, aspect, coalesce(aspect_name, aspect) AS aspect_name, polarity,
    coalesce(term, '') AS term, coalesce(opinion, '') AS word, start, "end"
FROM opinions
WHERE {kept_opinions} AND start IS NOT NULL AND "end" IS NOT NULL AND feedback_id IN ({ids})
ORDER BY feedback_id, start
