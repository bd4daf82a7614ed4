-- The voices whose labels deserve a second look, the most doubtful first; narrow columns only.
-- Of the same words several times one is enough.
WITH said AS (
    SELECT
        feedback_id,
        count(*) FILTER (WHERE polarity = 'positive') AS n_good,
        count(*) FILTER (WHERE polarity = 'negative') AS n_bad
    FROM opinions
    WHERE {kept_opinions}
    GROUP BY feedback_id
),
asked AS (
    SELECT
        voice.feedback_id,
        voice.day,
        voice.occurred_at,
        coalesce(voice.sentiment_confidence, 1.0) AS confidence,
        voice.feedback_id IN ({disputed}) AS is_disputed,
        coalesce(
            (voice.sentiment = 'positive' AND voice.stars <= 2)
            OR (voice.sentiment = 'negative' AND voice.stars >= 4),
            FALSE
        ) AS is_against_stars,
        coalesce(
            (voice.sentiment = 'positive' AND said.n_bad > said.n_good)
            OR (voice.sentiment = 'negative' AND said.n_good > said.n_bad),
            FALSE
        ) AS is_against_opinions,
        coalesce(voice.sentiment_confidence < $unsure_below, FALSE) AS is_unsure,
        row_number() OVER (
            PARTITION BY coalesce(CAST(voice.fingerprint AS VARCHAR), voice.feedback_id), voice.sentiment
            ORDER BY voice.occurred_at DESC, voice.feedback_id DESC
        ) AS place_among_equals
    FROM (
        SELECT feedback_id, day, occurred_at, sentiment, sentiment_confidence, stars, fingerprint
        FROM feedback
        WHERE {kept_voices} AND sentiment IS NOT NULL AND feedback_id NOT IN ({settled})
    ) AS voice
    LEFT JOIN said ON said.feedback_id = voice.feedback_id
)
SELECT
    feedback_id,
    day,
    confidence,
    is_disputed,
    is_against_stars,
    is_against_opinions,
    is_unsure,
    count(*) OVER () AS n
FROM asked
WHERE ({wanted}) AND (is_disputed OR place_among_equals = 1)
ORDER BY
    CASE WHEN is_disputed THEN 4 ELSE 0 END
    + CASE WHEN is_against_stars THEN 2 ELSE 0 END
    + CASE WHEN is_against_opinions THEN 1 ELSE 0 END
    + 2 * (1 - confidence) DESC,
    occurred_at DESC,
    feedback_id DESC
LIMIT $n_rows
