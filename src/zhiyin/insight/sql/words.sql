-- The most frequent words said badly of each of the given aspects.
-- `n_pair_all`, `n_opinion_all`: how often over all the given aspects.
WITH counted AS (
    SELECT aspect, term, opinion, count(*) AS n
    FROM opinions
    WHERE {kept_opinions} AND polarity = 'negative' AND opinion <> '' AND {is_asked_for}
    GROUP BY aspect, term, opinion
),
ranked AS (
    SELECT
        aspect, term, opinion, n,
        CAST(sum(n) OVER (PARTITION BY aspect, opinion) AS BIGINT) AS n_opinion,
        CAST(sum(n) OVER (PARTITION BY term, opinion) AS BIGINT) AS n_pair_all,
        CAST(sum(n) OVER (PARTITION BY opinion) AS BIGINT) AS n_opinion_all,
        row_number() OVER (PARTITION BY aspect ORDER BY n DESC, term, opinion) AS place
    FROM counted
)
SELECT aspect, coalesce(term, '') AS term, opinion, n, n_opinion, n_pair_all, n_opinion_all
FROM ranked
WHERE place <= 30
ORDER BY aspect, place
