-- The words that an aspect is most often spoken of with, in favour and against.
WITH counted AS (
    SELECT
        polarity,
        coalesce(term, '') AS term,
        coalesce(opinion, '') AS word,
        count(*) AS n,
        count(DISTINCT {voice}) AS n_voices
    FROM opinions
    WHERE {kept_opinions} AND polarity IN ('positive', 'negative')
    GROUP BY 1, 2, 3
),
ranked AS (
    SELECT
        polarity, term, word, n, n_voices,
        row_number() OVER (PARTITION BY polarity ORDER BY n_voices DESC, n DESC, term, word) AS place
    FROM counted
    WHERE term <> '' OR word <> ''
)
SELECT polarity, term, word, n, n_voices
FROM ranked
WHERE place <= $n_words
ORDER BY polarity, place
