"""Finds articles by words and by meaning, as somebody types."""

from zhiyin.knowledge.search.finding import Suggested, find_articles, suggest

__all__ = ["Suggested", "find_articles", "suggest"]
