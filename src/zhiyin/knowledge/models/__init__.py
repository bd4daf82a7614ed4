"""Tables of articles, their versions, where they helped, and what was searched in vain."""

from zhiyin.knowledge.models.articles import Article, ArticleVersion, Audience, State
from zhiyin.knowledge.models.uses import ArticleUse, MissedSearch

__all__ = ["Article", "ArticleUse", "ArticleVersion", "Audience", "MissedSearch", "State"]
