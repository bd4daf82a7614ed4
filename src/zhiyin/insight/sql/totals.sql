-- Voices in the period and, where asked for, in the one before, by what may leave them out and by sentiment.
-- Few columns and few groups: half the time of one row with a condition in every count.
SELECT
    {is_now} AS is_now,
    is_duplicate,
    is_spam,
    is_solicited,
    is_off_subject,
    sentiment,
    count(*) AS n,
    count(stars) AS n_rated,
    sum(stars) AS sum_stars,
    sum(stars * stars) AS sum_squares,
    min(occurred_at) AS oldest,
    max(occurred_at) AS newest
FROM feedback
WHERE {all_voices}
GROUP BY 1, 2, 3, 4, 5, 6
