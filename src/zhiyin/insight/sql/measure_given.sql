-- Answers by the time when they were given, whenever the voice came.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM replies {joined}
WHERE {all_replies} AND {is_given} AND feedback_id IN (SELECT feedback_id FROM feedback WHERE {kept_voices}) AND {narrowed}
{grouped}
