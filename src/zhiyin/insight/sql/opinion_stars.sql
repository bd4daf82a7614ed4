-- How the voices behind these opinions rate, in whole stars, and the sums of their mean.
SELECT
    CAST(floor(stars + 0.5) AS INTEGER) AS whole_stars,
    count(*) AS n,
    sum(stars) AS sum_stars,
    sum(stars * stars) AS sum_squares
FROM (
    SELECT {voice} AS voice, max(stars) AS stars
    FROM opinions
    WHERE {kept_opinions} AND stars IS NOT NULL
    GROUP BY 1
) AS each_voice_once
GROUP BY 1
ORDER BY 1
