-- Voices by period, group, day and value.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM feedback
WHERE {kept_voices} AND {narrowed}
{grouped}
