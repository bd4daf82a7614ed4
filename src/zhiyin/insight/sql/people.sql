-- How many voices speak badly of each of the given aspects.
SELECT aspect, count(*) AS n
FROM (
    SELECT DISTINCT aspect, {voice} AS voice
    FROM opinions
    WHERE {kept_opinions} AND polarity = 'negative' AND {is_asked_for}
) AS each_voice_once
GROUP BY aspect
