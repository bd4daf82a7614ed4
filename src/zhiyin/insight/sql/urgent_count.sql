-- Voices to be read today or now; solicited ones too, because danger is danger.
SELECT count(*) AS n
FROM feedback
WHERE {all_voices} AND urgency >= 2 AND is_duplicate IS NOT TRUE AND is_spam IS NOT TRUE
