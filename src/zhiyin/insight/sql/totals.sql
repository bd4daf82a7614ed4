-- Voices in the period and, where asked for, in the one before.
SELECT
    {is_now} AS is_now,
    count(*) AS n_all,
    count(CASE WHEN is_duplicate THEN 1 END) AS n_duplicates,
    count(CASE WHEN is_spam THEN 1 END) AS n_spam,
    count(CASE WHEN is_solicited THEN 1 END) AS n_solicited,
    count(CASE WHEN {is_kept} THEN 1 END) AS n,
    count(CASE WHEN {is_kept} THEN stars END) AS n_rated,
    avg(CASE WHEN {is_kept} THEN stars END) AS mean_stars,
    var_samp(CASE WHEN {is_kept} THEN stars END) AS variance_stars,
    count(CASE WHEN {is_kept} THEN sentiment END) AS n_judged,
    count(CASE WHEN {is_kept} AND sentiment = 'positive' THEN 1 END) AS n_positive,
    count(CASE WHEN {is_kept} AND sentiment = 'neutral' THEN 1 END) AS n_neutral,
    count(CASE WHEN {is_kept} AND sentiment = 'negative' THEN 1 END) AS n_negative,
    count(CASE WHEN {is_kept} AND sentiment = 'mixed' THEN 1 END) AS n_mixed,
    min(occurred_at) AS oldest,
    max(occurred_at) AS newest
FROM feedback
WHERE {all_voices}
GROUP BY 1
