-- Answers to voices, by the time of the voice.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM replies {joined}
WHERE {all_replies} AND feedback_id IN (SELECT feedback_id FROM feedback WHERE {kept_voices}) AND {narrowed}
{grouped}
