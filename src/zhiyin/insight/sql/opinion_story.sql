-- Voices that speak of something, by day and rating: how many, how many badly or well, and their mentions.
SELECT
    {is_now} AS is_now,
    {day_number} AS day_number,
    CAST(floor(stars + 0.5) AS INTEGER) AS whole_stars,
    count(*) AS n_voices,
    count(CASE WHEN n_negative > 0 THEN 1 END) AS n_unhappy,
    count(CASE WHEN n_positive > 0 THEN 1 END) AS n_happy,
    CAST(sum(n) AS BIGINT) AS n,
    CAST(sum(n_positive) AS BIGINT) AS n_positive,
    CAST(sum(n_negative) AS BIGINT) AS n_negative,
    coalesce(sum(stars), 0) AS sum_stars,
    coalesce(sum(stars * stars), 0) AS sum_squares
FROM (
    SELECT
        {voice} AS voice,
        occurred_at,
        max(stars) AS stars,
        count(*) AS n,
        count(CASE WHEN polarity = 'positive' THEN 1 END) AS n_positive,
        count(CASE WHEN polarity = 'negative' THEN 1 END) AS n_negative
    FROM opinions
    WHERE {kept_opinions}
    GROUP BY 1, 2
) AS each_voice_once
GROUP BY 1, 2, 3
