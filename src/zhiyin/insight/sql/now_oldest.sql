-- When the oldest voice was said.
SELECT min(occurred_at) AS oldest FROM feedback WHERE {kept_voices}
