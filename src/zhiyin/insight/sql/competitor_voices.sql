-- The newest voices that name somebody else: by the signal, or by a name of the list.
SELECT
    feedback_id,
    occurred_at,
    unit_id,
    text,
    {spans} AS named
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL AND ({has_named} OR {has_names})
ORDER BY occurred_at DESC, feedback_id
LIMIT $most
