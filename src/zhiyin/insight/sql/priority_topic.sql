-- The voices of one subject, as one row.
SELECT {figures}
FROM (
    SELECT
        outcome,
        outcome * outcome AS square,
        CASE WHEN urgency >= 2 THEN 1 ELSE 0 END AS is_urgent,
        CASE WHEN {is_public} THEN 1 ELSE 0 END AS is_public
    FROM (
        SELECT urgency, channel, CAST({outcome} AS DOUBLE) AS outcome FROM feedback WHERE {kept_voices}
    ) AS voices
) AS heard
