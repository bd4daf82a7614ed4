-- Voices that were answered, and how long it took.
SELECT
    count(DISTINCT {voice}) AS n,
    {median} AS median_hours
FROM (
    SELECT feedback_id, {hours} AS hours
    FROM replies
    WHERE {all_replies}
) AS answered
