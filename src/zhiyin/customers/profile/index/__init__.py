"""Which facts each key has, so that a customer's page opens the files of their days alone."""

from zhiyin.customers.profile.index.finding import NOTHING, count_alike, count_months, narrow

__all__ = ["NOTHING", "count_alike", "count_months", "narrow"]
