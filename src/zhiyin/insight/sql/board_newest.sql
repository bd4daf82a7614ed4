-- When the newest voice came in.
SELECT max(received_at) AS newest FROM feedback WHERE {kept_voices}
