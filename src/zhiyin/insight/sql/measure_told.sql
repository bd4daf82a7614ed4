-- Voices that tell of something asked for: the kinds of their signals, and the longest wait in minutes.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM (
    SELECT *, {kinds} AS kinds, {waited} AS waited
    FROM feedback
    WHERE {kept_voices} AND {has_signals} AND {narrowed}
) AS telling
{grouped}
