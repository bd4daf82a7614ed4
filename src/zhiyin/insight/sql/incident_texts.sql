-- Words of the latest voices of the window, and of the latest before it, masked.
SELECT feedback_id, is_now, text
FROM (
    SELECT
        feedback_id,
        {is_now} AS is_now,
        text,
        row_number() OVER (PARTITION BY {is_now} ORDER BY occurred_at DESC, feedback_id) AS place
    FROM feedback
    WHERE {kept_voices} AND text IS NOT NULL AND text <> ''
) AS voices
WHERE place <= CASE WHEN is_now THEN $n_now ELSE $n_before END
ORDER BY place
