-- Voices that were answered, and how long it took.
SELECT
    count(DISTINCT {voice}) AS n,
    {median} AS median_hours
FROM (
    SELECT feedback_id, {hours} AS hours
    FROM replies
    WHERE {all_replies} AND feedback_id IN (SELECT feedback_id FROM feedback WHERE {kept_voices})
) AS answered
