-- How many voices speak of each aspect in each polarity, in the window and before it.
SELECT aspect, polarity, is_now, count(*) AS n
FROM (
    SELECT DISTINCT aspect, polarity, {is_now} AS is_now, {voice} AS voice
    FROM opinions
    WHERE {kept_opinions} AND polarity IN ('positive', 'negative')
) AS each_voice_once
GROUP BY 1, 2, 3
