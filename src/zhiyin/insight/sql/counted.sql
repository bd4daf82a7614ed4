-- Voices that count in figures.
SELECT count(*) AS n FROM feedback WHERE {kept_voices}
