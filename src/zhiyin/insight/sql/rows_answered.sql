-- Which of a few voices the company answered.
SELECT DISTINCT feedback_id
FROM replies
WHERE day IN ({days}) AND feedback_id IN ({ids}) AND is_current
