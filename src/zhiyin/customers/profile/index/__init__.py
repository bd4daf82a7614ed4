"""Which facts each key has and what they tell, so that the page of a customer opens few files of the lake."""

from zhiyin.customers.profile.index.finding import connect, count_alike, count_months, narrow

__all__ = ["connect", "count_alike", "count_months", "narrow"]
