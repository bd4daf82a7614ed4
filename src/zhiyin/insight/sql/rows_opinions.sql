-- The opinions of a few voices; their days say which folders to open.
SELECT feedback_id, aspect, aspect_name, polarity, term, opinion, start, "end", confidence
FROM opinions
WHERE day IN ({days}) AND feedback_id IN ({ids}) AND is_current
ORDER BY feedback_id, start, "end"
