-- Voices that mention anything asked for: how often each, and how often badly.
SELECT is_now, key, day_number, {value} AS value, {sums}
FROM (
    SELECT
        {is_now} AS is_now,
        {key} AS key,
        {day_number} AS day_number,
        {voice} AS voice,
        count(*) AS n_said,
        count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
    FROM opinions {joined}
    WHERE {kept_opinions}
    GROUP BY 1, 2, 3, 4
) AS speakers
GROUP BY 1, 2, 3, 4
