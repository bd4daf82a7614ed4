-- What an incident is made of: voices in the window and before it, by each of several dimensions.
SELECT dimension, name, is_now, count(*) AS n
FROM (
    SELECT
        {is_now} AS is_now,
        CAST(unit_id AS VARCHAR) AS unit,
        channel,
        product,
        touchpoint,
        CAST({hour} AS VARCHAR) AS hour
    FROM feedback
    WHERE {kept_voices}
) AS voices
UNPIVOT (name FOR dimension IN (unit, channel, product, touchpoint, hour))
GROUP BY 1, 2, 3
