-- Voices that mention anything asked for: how often each, and how often badly.
SELECT {outer_is_now} AS is_now, {outer_key} AS key, {outer_day} AS day_number, {value} AS value, {sums}
FROM (
    SELECT
        {is_now} AS is_now,
        {key} AS key,
        {day_number} AS day_number,
        {voice} AS voice,
        count(*) AS n_said,
        count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
    FROM opinions {joined}
    WHERE {kept_opinions} AND {narrowed}
    GROUP BY {inner_places}
) AS speakers
{grouped}
