-- Voices minute by minute: how many, how many show a sentiment, are unhappy, or must be read today.
SELECT
    {minute} AS minute,
    count(*) AS n,
    count(*) FILTER (WHERE sentiment IS NOT NULL) AS n_judged,
    count(*) FILTER (WHERE sentiment = 'negative') AS n_unhappy,
    count(*) FILTER (WHERE urgency >= 2) AS n_urgent
FROM feedback
WHERE {kept_voices}
GROUP BY 1
