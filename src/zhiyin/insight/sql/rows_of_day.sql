-- The ids of one day of the list, the latest said first.
SELECT feedback_id, occurred_at
FROM feedback
WHERE {kept_voices} AND day = $of_day
ORDER BY occurred_at DESC, feedback_id DESC
