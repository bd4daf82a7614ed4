-- Voices that count in figures, and all with those left out.
SELECT count(CASE WHEN {kept_voices} THEN 1 END) AS n, count(*) AS n_all
FROM feedback
WHERE {all_voices}
