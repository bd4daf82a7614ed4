-- What these voices say of aspects; "voice" is the place of the voice among them, from 0.
SELECT numbered.voice, opinions.aspect, opinions.polarity
FROM opinions
INNER JOIN (
    SELECT feedback_id, row_number() OVER (ORDER BY feedback_id) - 1 AS voice
    FROM feedback
    WHERE {voices} AND unit_id IS NOT NULL AND sentiment IS NOT NULL
) AS numbered ON numbered.feedback_id = opinions.feedback_id
WHERE {opinions}
